//! Disks that are full, folders that are none, files that end too early.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use reelpress_tests::press::Daemon;

use super::{SOON, count, delivered, feed_file, items, press, rss};

#[tokio::test(flavor = "multi_thread")]
async fn an_unwritable_outbox_pauses_deliveries_until_it_is_mended() {
    let press = press(&feed_file("facts"));
    press.write("facts.xml", rss(2));
    press.write("outbox", "a file where the folder belongs");
    let mut daemon = press.start();
    daemon.ready().await;
    daemon.says(&["stage cannot work", "stage=deliver", "outbox_unwritable", "mend the outbox with"]).await;
    assert_eq!((items(&press).len(), count(&press, "running")), (2, 2), "nothing is lost and nothing is held");
    std::fs::remove_file(press.path("outbox")).unwrap();
    std::fs::create_dir(press.path("outbox")).unwrap();
    delivered(&press, &daemon, 2).await;
}

/// Cuts a database in the middle of what was written last: it is longer than what is used of it.
fn tear(database: &Path) {
    let bytes = std::fs::read(database).unwrap();
    let used = bytes.iter().rposition(|byte| *byte != 0).unwrap() + 1;
    OpenOptions::new().write(true).open(database).unwrap().set_len(used as u64 - 40).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_journal_with_a_torn_tail_opens_and_everything_is_finished_once() {
    let press = press(&feed_file("facts"));
    press.write("facts.xml", rss(3));
    let mut daemon = press.start();
    daemon.ready().await;
    daemon.says(&["passed", "stage=assemble"]).await;
    let before = items(&press).len();
    drop(daemon.kill9());
    tear(&press.path("data/journal/db"));
    let mut daemon = press.start();
    daemon.ready().await;
    delivered(&press, &daemon, 3).await;
    assert_eq!((before, items(&press).len(), count(&press, "finished")), (3, 3, 3));
}

/// A small disk of its own, gone when dropped.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// `None`, after a line that says so, where it cannot be had.
    #[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
    fn mount(at: &Path, size: &str) -> Option<Self> {
        std::fs::create_dir_all(at).unwrap();
        let options = format!("size={size}");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(at).output();
        match mounted {
            Ok(output) if output.status.success() => Some(Self(at.to_owned())),
            Ok(output) => {
                eprintln!("skipped: no small disk: {}", String::from_utf8_lossy(&output.stderr).trim());
                None
            }
            Err(error) => {
                eprintln!("skipped: no small disk, `mount` cannot be run: {error}");
                None
            }
        }
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazy: a daemon that is being killed may still hold a file on it.
        let gone = Command::new("umount").arg("-l").arg(&self.0).status();
        assert!(gone.is_ok_and(|status| status.success()), "could not unmount {}", self.0.display());
    }
}

/// Fills a disk but for so many bytes.
fn fill(disk: &Path, leave: u64) -> PathBuf {
    let ballast = disk.join("ballast");
    let mut file = File::create(&ballast).unwrap();
    // The press writes too, so the room may be gone a little sooner than it was seen.
    while rustix::fs::statvfs(disk).is_ok_and(|room| room.f_bavail * room.f_frsize > leave) {
        if file.write_all(&[1; 16 << 10]).is_err() {
            break;
        }
    }
    ballast
}

/// One item is delivered; then the press's disk is full but for `leave` bytes, and another one comes.
async fn goes_on_by_itself(min_free: &str, leave: u64, says: &[&str]) {
    let press = press("");
    let Some(disk) = SmallDisk::mount(&press.path("data"), "64m") else { return };
    let config = super::config(&format!("{}every = \"10s\"\n", feed_file("facts")));
    let limits = format!("min_free = \"{min_free}\"\nstall_after = \"1s\"");
    press.configure(&config.replace("min_free = \"1MiB\"", &limits));
    press.write("facts.xml", rss(1));
    let mut daemon = press.start();
    daemon.ready().await;
    delivered(&press, &daemon, 1).await;
    let ballast = fill(&press.path("data"), leave);
    press.write("facts.xml", rss(2));
    daemon.says(says).await;
    answers(&daemon, 503).await;
    assert_eq!(count(&press, "held"), 0, "nothing is wrong with an item");
    std::fs::remove_file(ballast).unwrap();
    delivered(&press, &daemon, 2).await;
    answers(&daemon, 200).await;
    assert_eq!(count(&press, "finished"), 2);
    drop(daemon);
    drop(disk);
}

/// Waits until `/healthz` answers so.
async fn answers(daemon: &Daemon, code: u16) {
    let since = tokio::time::Instant::now();
    while daemon.get("/healthz").await.0 != code {
        assert!(since.elapsed() < SOON, "/healthz does not answer {code}");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nearly_full_disk_pauses_the_press_and_room_makes_it_go_on() {
    goes_on_by_itself("8MiB", 4 << 20, &["disk nearly full"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_is_full_in_the_middle_of_the_work_costs_no_item() {
    goes_on_by_itself("0B", 64 << 10, &["stage cannot work", "no space left"]).await;
}
