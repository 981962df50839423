"""Operations: what runs need and leave behind."""
