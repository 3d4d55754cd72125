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

#[test]
fn a_folder_that_cannot_be_opened_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let error = FolderArtifacts::open(&file).unwrap_err();
    let text = error.to_string().replace(&folder.path().display().to_string(), "FOLDER");
    insta::assert_snapshot!(text, @"could not open the artifact folder FOLDER/file");
}
