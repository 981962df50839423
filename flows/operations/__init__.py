"""Operations: what runs leave behind for people and monitors."""
