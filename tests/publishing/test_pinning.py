"""What a copy pinned stays pinned: its signers, whose signatures everything has that it takes, and how far it was."""

import json
import shutil
from pathlib import Path

import pytest

from flows.publishing.index import read_index
from flows.publishing.mirror import mirror
from flows.publishing.move_index import move_index
from flows.publishing.pinning import FIRST_USE, Trust, fingerprints
from flows.publishing.signing import sign
from flows.stores.folder import FolderStore
from flows.stores.open import open_reader
from flows.stores.store import StoreError
from support.keys import allowed, key
from support.small_store import NEW, OLD, files, two_releases, write, write_index, write_release

PUBLISHER, SECOND, STRANGER = (fingerprints(allowed(key(name))) for name in ("publisher", "second", "stranger"))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return two_releases(tmp_path / "root")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return tmp_path / "copy"


def refused(root: Path, copy: Path, trust: Trust = FIRST_USE) -> str:
    """What a run says that stops; it changes nothing of the copy."""
    before = files(copy)
    with pytest.raises(StoreError) as caught:
        mirror(open_reader(str(root)), copy, trust)
    assert files(copy) == before
    return str(caught.value)


def test_a_fingerprint_is_that_of_ssh_keygen_whatever_else_stands_in_the_line() -> None:
    line = 'a@b,c@d namespaces="x y",valid-after="20260101" ssh-ed25519 '
    line += "AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f a comment"
    assert fingerprints(line.encode()) == "SHA256:ZkAslGjFiUHdGf/WUL8rQvkib4PTvQatUV0OUQSncCA"
    assert fingerprints(b"# AAAA\n\nkiban ssh-ed25519 AAAAA\n") == "no key"


def test_other_signers_stop_the_copy_and_both_are_named_with_the_way_to_accept_them(root: Path, copy: Path) -> None:
    mirror(open_reader(str(root)), copy)
    write(root / "allowed_signers", allowed(key("publisher"), key("second")))
    said = refused(root, copy)
    both, pinned = said.split("pinned here is ")
    assert PUBLISHER in both
    assert SECOND in both
    assert pinned.startswith(f"{PUBLISHER}; nothing was written")
    assert "--accept-signers" in pinned


def test_accepted_signers_are_pinned_in_place_of_the_old(root: Path, copy: Path) -> None:
    mirror(open_reader(str(root)), copy)
    write(root / "allowed_signers", both := allowed(key("publisher"), key("second")))
    mirror(open_reader(str(root)), copy, Trust(accept=True))
    assert (copy / "allowed_signers").read_bytes() == both
    assert files(copy) == files(root)
    mirror(open_reader(str(root)), copy)


def test_signers_that_did_not_sign_what_is_there_are_not_accepted(root: Path, copy: Path) -> None:
    mirror(open_reader(str(root)), copy)
    write(root / "allowed_signers", allowed(key("second")))
    assert "its key is not among the allowed signers" in refused(root, copy, Trust(accept=True))


def test_order_and_comments_of_signers_say_nothing(root: Path, copy: Path) -> None:
    write(root / "allowed_signers", allowed(key("publisher"), key("second")))
    mirror(open_reader(str(root)), copy)
    write(root / "allowed_signers", b"# ours\n\n" + allowed(key("second"), key("publisher")))
    mirror(open_reader(str(root)), copy)


@pytest.mark.parametrize("spoil", ["gone", "of a stranger"])
def test_an_index_without_a_good_signature_is_not_followed(root: Path, copy: Path, spoil: str) -> None:
    (path,) = (root / "signatures").iterdir()
    if spoil == "gone":
        path.unlink()
    else:
        write(path, sign((root / "releases.json").read_bytes(), key("stranger")))
    assert f"{path.name}: it" in refused(root, copy)
    assert files(copy) == {}


def test_a_release_that_a_stranger_signed_is_not_taken(root: Path, copy: Path) -> None:
    write(root / NEW / "SHA256SUMS.sig", sign((root / NEW / "SHA256SUMS").read_bytes(), key("stranger")))
    with pytest.raises(StoreError, match=rf"{NEW}/SHA256SUMS\.sig: its key is not among the allowed signers"):
        mirror(open_reader(str(root)), copy)
    assert (copy / OLD).is_dir()
    assert not (copy / NEW).exists()
    assert not (copy / "releases.json").exists()


def test_the_signature_of_a_release_that_is_there_is_looked_at_again(root: Path, copy: Path) -> None:
    mirror(open_reader(str(root)), copy)
    write(copy / OLD / "SHA256SUMS.sig", sign((root / OLD / "SHA256SUMS").read_bytes(), key("stranger")))
    assert f"{OLD}/SHA256SUMS.sig: its key" in refused(root, copy)


def test_a_first_run_that_ends_early_has_pinned_already(root: Path, copy: Path) -> None:
    (root / NEW / "LICENSE").unlink()
    with pytest.raises(StoreError, match="LICENSE is missing"):
        mirror(open_reader(str(root)), copy)
    write(root / "allowed_signers", allowed(key("stranger")))
    assert PUBLISHER in refused(root, copy)


def test_signatures_that_go_away_stop_the_copy(root: Path, copy: Path) -> None:
    mirror(open_reader(str(root)), copy)
    (root / "allowed_signers").unlink()
    shutil.rmtree(root / "signatures")
    for trust in (FIRST_USE, Trust(accept=True)):
        said = refused(root, copy, trust)
        assert "has no allowed_signers, or no longer" in said
        assert PUBLISHER in said


def test_an_index_of_signed_releases_needs_signers_at_the_first_run_too(root: Path, copy: Path) -> None:
    (root / "allowed_signers").unlink()
    assert "although releases.json names signed releases" in refused(root, copy)


def test_signers_of_the_readers_own_decide_from_the_first_run_on(root: Path, copy: Path) -> None:
    said = refused(root, copy, Trust(own=allowed(key("stranger"))))
    assert PUBLISHER in said
    assert STRANGER in said
    mirror(open_reader(str(root)), copy, Trust(own=b"# by letter\n" + allowed(key("publisher"))))
    write(root / "allowed_signers", allowed(key("stranger")))
    assert "pinned here" in refused(root, copy)
    assert "your own file" in refused(root, copy, Trust(own=allowed(key("publisher"))))
    assert "pinned here" in refused(root, copy, Trust(own=allowed(key("stranger"))))


def test_signers_of_the_readers_own_are_asked_for_in_a_store_without_any(tmp_path: Path, copy: Path) -> None:
    root = two_releases(tmp_path / "root")
    (root / "allowed_signers").unlink()
    assert f"expected is {STRANGER}" in refused(root, copy, Trust(own=allowed(key("stranger"))))


def test_a_store_that_begins_to_sign_is_pinned_then(tmp_path: Path, copy: Path) -> None:
    entry = {**write_release(tmp_path / "root", NEW, None), "signed": False}
    write_index(tmp_path / "root", entry)
    signers = (tmp_path / "root" / "allowed_signers").read_bytes()
    (tmp_path / "root" / "allowed_signers").unlink()
    (tmp_path / "root" / NEW / "SHA256SUMS.sig").unlink()
    mirror(open_reader(str(tmp_path / "root")), copy)
    assert not (copy / "allowed_signers").exists()
    write(tmp_path / "root" / "allowed_signers", signers)
    mirror(open_reader(str(tmp_path / "root")), copy)
    assert (copy / "allowed_signers").read_bytes() == signers


def serial(root: Path) -> int:
    return read_index((root / "releases.json").read_bytes(), "here").serial


def test_every_index_that_is_written_counts_one_further_also_after_one_without_a_count(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    for wanted in (1, 2, 3):
        tag = store.read_tagged("releases.json", 1000).tag
        assert move_index(store, [], tag, None)
        assert serial(tmp_path) == wanted
        assert not move_index(store, [], tag, None)
        assert serial(tmp_path) == wanted
    write(tmp_path / "releases.json", b'{"releases": []}')
    assert serial(tmp_path) == 0
    assert move_index(store, [], store.read_tagged("releases.json", 1000).tag, None)
    assert serial(tmp_path) == 1


def entries(root: Path) -> list[dict[str, object]]:
    return list(json.loads((root / "releases.json").read_bytes())["releases"])


def test_an_older_index_is_refused_though_its_signature_is_good(root: Path, copy: Path) -> None:
    old, new = entries(root)
    write_index(root, {**write_release(root, OLD, None)}, new, serial=1)
    before = (root / "releases.json").read_bytes()
    write_index(root, old, new, serial=2)
    mirror(open_reader(str(root)), copy)
    write(root / "releases.json", before)
    assert "is an older index: its serial is 1, 2 was copied before" in refused(root, copy)
    write_index(root, old, new)
    assert "its serial is 0, 2 was copied before" in refused(root, copy)


def test_another_index_of_the_same_serial_is_refused(root: Path, copy: Path) -> None:
    old, new = entries(root)
    write_index(root, old, new, serial=2)
    mirror(open_reader(str(root)), copy)
    mirror(open_reader(str(root)), copy)
    write_index(root, old, {**new, "state": "yanked", "reason": "wrong", "yanked_on": "2026-11-02"}, serial=2)
    assert "another index than the one that was copied, of the same serial 2" in refused(root, copy)


def test_a_newer_index_is_followed_also_where_the_first_did_not_count(root: Path, copy: Path) -> None:
    old, new = entries(root)
    for more in ({}, {"serial": 1}, {"serial": 7}):
        write_index(root, old, new, **more)
        mirror(open_reader(str(root)), copy)
        assert serial(copy) == more.get("serial", 0)
