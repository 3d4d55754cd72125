use std::collections::BTreeSet;

use super::*;

fn key(text: &str) -> ArtifactKey {
    ArtifactKey::parse(text).unwrap()
}

fn files(folder: &Path) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            names.extend(files(&path));
        } else {
            names.insert(path.file_name().unwrap().to_string_lossy().into_owned());
        }
    }
    names
}

/// Some bytes that are not all the same.
fn bytes(length: usize) -> Vec<u8> {
    (0..length).map(|at| (at.wrapping_mul(31) >> 3) as u8).collect()
}

#[tokio::test]
async fn bytes_come_back_as_they_were_put_and_may_be_put_again() {
    let folder = tempfile::tempdir().unwrap();
    let artifacts = FolderArtifacts::open(&folder.path().join("a/b")).unwrap();
    let cut = key("assemble/ab/abcd.cut.mp4");
    assert_eq!(artifacts.get(&cut).await.unwrap(), None);
    for text in ["first", "second, and longer", ""] {
        artifacts.put(&cut, text.into()).await.unwrap();
        assert_eq!(artifacts.get(&cut).await.unwrap(), Some(text.into()));
    }
    assert_eq!(files(folder.path()), BTreeSet::from(["abcd.cut.mp4".to_owned()]));
}

#[tokio::test]
async fn files_of_any_size_go_in_and_out_whole() {
    let folder = tempfile::tempdir().unwrap();
    let artifacts = FolderArtifacts::open(&folder.path().join("store")).unwrap();
    for length in [0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 2 * PIECE_BYTES, 2 * PIECE_BYTES + 4_321] {
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        fs::write(&from, bytes(length)).unwrap();
        fs::write(&to, "what was there before").unwrap();
        let cut = key(&format!("cut/{length}"));
        artifacts.put_file(&cut, &from).await.unwrap();
        artifacts.fetch(&cut, &to).await.unwrap();
        assert!(fs::read(&to).unwrap() == bytes(length), "{length} bytes");
        assert_eq!(artifacts.get(&cut).await.unwrap().unwrap().len(), length);
    }
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 3, "{left:?}");
}

#[tokio::test]
async fn what_is_missing_is_missing_and_leaves_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let artifacts = FolderArtifacts::open(&folder.path().join("store")).unwrap();
    let target = folder.path().join("target");
    let error = artifacts.fetch(&key("cut/none"), &target).await.unwrap_err();
    insta::assert_snapshot!(error.to_string(), @"artifact cut/none is not in the store");
    assert!(!target.exists());
    let error = artifacts.put_file(&key("cut/none"), &target).await.unwrap_err();
    insta::assert_snapshot!(error.to_string(), @"could not store artifact cut/none");
    artifacts.put(&key("cut/there"), "x".into()).await.unwrap();
    let error = artifacts.fetch(&key("cut/there"), &folder.path().join("no/such/folder")).await.unwrap_err();
    assert!(matches!(error, ArtifactError::Store { action: "read", .. }), "{error:?}");
}

#[tokio::test]
async fn what_a_crash_left_unfinished_is_removed_at_open_and_never_read() {
    let folder = tempfile::tempdir().unwrap();
    let artifacts = FolderArtifacts::open(folder.path()).unwrap();
    let cut = key("assemble/ab/cut.mp4");
    artifacts.put(&cut, "whole".into()).await.unwrap();
    fs::write(folder.path().join("assemble/ab/cut.mp4#1"), "hal").unwrap();
    fs::write(folder.path().join("assemble/ab/other.mp4#27"), "h").unwrap();
    assert_eq!(artifacts.get(&key("assemble/ab/other.mp4")).await.unwrap(), None);
    let artifacts = FolderArtifacts::open(folder.path()).unwrap();
    assert_eq!(files(folder.path()), BTreeSet::from(["cut.mp4".to_owned()]));
    assert_eq!(artifacts.get(&cut).await.unwrap(), Some("whole".into()));
}

#[tokio::test]
async fn any_object_store_will_do() {
    let artifacts = FolderArtifacts::new(Arc::new(object_store::memory::InMemory::new()));
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (folder.path().join("from"), folder.path().join("to"));
    fs::write(&from, bytes(PIECE_BYTES + 7)).unwrap();
    artifacts.put_file(&key("a/b"), &from).await.unwrap();
    artifacts.fetch(&key("a/b"), &to).await.unwrap();
    assert!(fs::read(&to).unwrap() == bytes(PIECE_BYTES + 7));
    assert!(matches!(artifacts.fetch(&key("a/c"), &to).await, Err(ArtifactError::Missing { .. })));
}

#[tokio::test]
async fn what_is_listed_is_what_was_put_below_and_not_yet_removed() {
    let folder = tempfile::tempdir().unwrap();
    let local = FolderArtifacts::open(folder.path()).unwrap();
    let remote = FolderArtifacts::new(Arc::new(object_store::memory::InMemory::new()));
    let memory = reelpress_core::testing::MemoryArtifacts::default();
    let all: [&dyn Artifacts; 3] = [&local, &remote, &memory];
    for artifacts in all {
        assert_eq!(artifacts.list(&key("segments")).await.unwrap(), Vec::new(), "an empty store");
        for (name, length) in [("segments/ab/2", 3), ("segments/ab/1", 0), ("segments-old/x", 5), ("segments/x", 9)] {
            artifacts.put(&key(name), bytes(length).into()).await.unwrap();
        }
        let listed = artifacts.list(&key("segments")).await.unwrap();
        let seen: Vec<_> = listed.iter().map(|stored| (stored.key.as_str(), stored.bytes)).collect();
        assert_eq!(seen, [("segments/ab/1", 0), ("segments/ab/2", 3), ("segments/x", 9)]);
        assert!(listed.iter().all(|stored| stored.modified_millis > 0));
        artifacts.remove(&key("segments/ab/2")).await.unwrap();
        artifacts.remove(&key("segments/ab/2")).await.unwrap();
        artifacts.remove(&key("segments/never/there")).await.unwrap();
        assert_eq!(artifacts.get(&key("segments/ab/2")).await.unwrap(), None);
        let listed = artifacts.list(&key("segments")).await.unwrap();
        assert_eq!(listed.len(), 2);
        assert_eq!(artifacts.list(&key("seg")).await.unwrap(), Vec::new(), "half a part is no prefix");
    }
}

#[tokio::test]
async fn half_written_and_foreign_files_are_not_listed() {
    let folder = tempfile::tempdir().unwrap();
    let artifacts = FolderArtifacts::open(folder.path()).unwrap();
    artifacts.put(&key("segments/ab/1"), "whole".into()).await.unwrap();
    fs::write(folder.path().join("segments/ab/2#1"), "hal").unwrap();
    fs::write(folder.path().join("segments/ab/Notes of mine.TXT"), "?").unwrap();
    let listed = artifacts.list(&key("segments")).await.unwrap();
    assert_eq!(listed.iter().map(|stored| stored.key.as_str()).collect::<Vec<_>>(), ["segments/ab/1"]);
}

#[tokio::test]
async fn a_part_of_the_bytes_can_be_read_alone() {
    let folder = tempfile::tempdir().unwrap();
    let local = FolderArtifacts::open(folder.path()).unwrap();
    let memory = reelpress_core::testing::MemoryArtifacts::default();
    let all: [&dyn Artifacts; 2] = [&local, &memory];
    for artifacts in all {
        artifacts.put(&key("a/b"), "0123456789".into()).await.unwrap();
        for (range, seen) in [(0..4, "0123"), (8..100, "89"), (10..20, ""), (50..60, ""), (3..3, "")] {
            let read = artifacts.get_range(&key("a/b"), range.clone()).await.unwrap().unwrap();
            assert_eq!(read, seen.as_bytes(), "{range:?}");
        }
        assert_eq!(artifacts.get_range(&key("a/c"), 0..4).await.unwrap(), None);
        assert_eq!(artifacts.get_range(&key("a/c"), 0..0).await.unwrap(), None);
    }
}

#[test]
fn a_folder_that_cannot_be_opened_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let error = FolderArtifacts::open(&file).unwrap_err();
    let text = error.to_string().replace(&folder.path().display().to_string(), "FOLDER");
    insta::assert_snapshot!(text, @"could not open the artifact folder FOLDER/file");
}
