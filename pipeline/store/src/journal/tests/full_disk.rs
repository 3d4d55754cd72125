//! A disk that fills up and is emptied again, in a small tmpfs.
#![expect(clippy::print_stderr, reason = "a skipped test says so")]

use std::path::PathBuf;
use std::process::Command;

use super::*;

struct Mount(tempfile::TempDir);

impl Mount {
    /// `None` where mounting is not allowed.
    fn tmpfs(size: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={size}"), "reelpress-test"])
            .arg(folder.path())
            .output();
        mounted.is_ok_and(|output| output.status.success()).then(|| Self(folder))
    }

    fn path(&self) -> PathBuf {
        self.0.path().to_owned()
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        let unmounted = Command::new("umount").arg(self.0.path()).status();
        assert!(unmounted.is_ok_and(|status| status.success()), "could not unmount {}", self.0.path().display());
    }
}

#[tokio::test]
async fn a_full_disk_refuses_appends_and_loses_nothing_until_there_is_room_again() {
    for bytes in [15_000, 500_000] {
        fill_and_go_on(bytes).await;
    }
}

async fn fill_and_go_on(bytes: usize) {
    let Some(mount) = Mount::tmpfs("96m") else {
        eprintln!("skipped: a full disk needs the right to mount a tmpfs");
        return;
    };
    let folder = mount.path().join("journal");
    let ballast = mount.path().join("ballast");
    std::fs::write(&ballast, vec![1; 30 << 20]).unwrap();
    let journal = open(&folder);
    let mut expected = Vec::new();
    let error = loop {
        match journal.append(vec![(item(1), passed(bytes))], Durability::Flushed).await {
            Ok(records) => expected.extend(records),
            Err(error) => break error,
        }
        assert!(expected.len() * bytes < 96 << 20, "no disk holds more than its size");
    };
    assert!(matches!(error, JournalError::Full { .. }), "{error}");
    assert!(expected.len() > 10, "only {} fitted", expected.len());
    assert_eq!(all(&journal), expected, "what was acknowledged can be read on a full disk");
    let again = journal.append(vec![(item(2), passed(bytes))], Durability::Flushed).await;
    assert!(matches!(again, Err(JournalError::Full { .. })), "{again:?}");
    std::fs::remove_file(&ballast).unwrap();
    expected.extend(append(&journal, vec![(item(2), created(2))]).await);
    assert_eq!(all(&journal), expected);
    drop(journal);
    let journal = open(&folder);
    assert_eq!(all(&journal), expected);
    drop(journal);
}

#[tokio::test]
async fn an_artifact_that_does_not_fit_is_full_and_leaves_nothing() {
    use reelpress_core::{ArtifactError, ArtifactKey, Artifacts};
    let Some(mount) = Mount::tmpfs("24m") else {
        eprintln!("skipped: a full disk needs the right to mount a tmpfs");
        return;
    };
    let outside = tempfile::tempdir().unwrap();
    let big = outside.path().join("big");
    std::fs::write(&big, vec![7; 40 << 20]).unwrap();
    let folder = mount.path().join("artifacts");
    let artifacts = crate::FolderArtifacts::open(&folder).unwrap();
    let key = ArtifactKey::parse("assemble/ab/cut.mp4").unwrap();
    let refused = artifacts.put_file(&key, &big).await;
    assert!(matches!(refused, Err(ArtifactError::Full { .. })), "{refused:?}");
    let refused = artifacts.put(&key, vec![7; 30 << 20].into()).await;
    assert!(matches!(refused, Err(ArtifactError::Full { .. })), "{refused:?}");
    assert_eq!(artifacts.get(&key).await.unwrap(), None);
    artifacts.put(&key, vec![7; 15 << 20].into()).await.unwrap();
    assert_eq!(artifacts.get(&key).await.unwrap().unwrap().len(), 15 << 20);
    let refused = artifacts.fetch(&key, &mount.path().join("copy")).await;
    assert!(matches!(refused, Err(ArtifactError::Full { .. })), "{refused:?}");
    let left: Vec<_> = std::fs::read_dir(mount.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["artifacts"]);
}
