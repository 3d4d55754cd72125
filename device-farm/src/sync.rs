//! The sync service: asking for a file's size, and pushing one.

use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use tokio::fs::File;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;

use crate::command::PhonePath;
use crate::error::{FarmError, excerpt};
use crate::socket::Link;

/// The protocol's largest piece.
const CHUNK_BYTES: usize = 64 * 1024;
/// A regular file, readable by all, writable by its owner: 0100644.
const MODE: u32 = 0o100_644;
/// `ENOENT` in the phone's answer to `STA2`.
const NO_ENTRY: u32 = 2;
const PUSH: &str = "the push";
const LOOK: &str = "looking for a file";

/// What to push where.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Push<'a> {
    pub(crate) file: &'a Path,
    pub(crate) to: &'a PhonePath,
    pub(crate) modified: Timestamp,
    /// Longest time without progress.
    pub(crate) stall: Duration,
}

impl Link {
    /// The size of a file on the phone in bytes, or `None` if there is none.
    pub(crate) async fn size(&self, path: &PhonePath, stat_v2: bool) -> Result<Option<u64>, FarmError> {
        let work = async {
            let mut socket = self.open("sync:", LOOK).await?;
            let id = if stat_v2 { *b"STA2" } else { *b"STAT" };
            socket.write_all(&request(id, path.as_str().as_bytes())).await.map_err(|_| self.lost(LOOK))?;
            let answered = if stat_v2 { read_stat2(&mut socket).await } else { read_stat(&mut socket).await };
            match answered.map_err(|_| self.lost(LOOK))? {
                Stat::Size(size) => Ok(Some(size)),
                Stat::Missing => Ok(None),
                Stat::Error(number) => Err(self.refusal(LOOK, &format!("error number {number}"))),
                Stat::Nonsense => Err(self.refusal(LOOK, "answers something that is not the sync protocol")),
            }
        };
        self.within(self.server.limit, LOOK, work).await
    }

    /// Sends a file. `progress` hears the bytes sent so far. Stops at the phone's first word of refusal.
    pub(crate) async fn push(&self, push: Push<'_>, progress: &(dyn Fn(u64) + Sync)) -> Result<(), FarmError> {
        let local = |source| FarmError::Local { path: push.file.to_owned(), source };
        let mut file = File::open(push.file).await.map_err(local)?;
        let socket = self.open("sync:", PUSH).await?;
        let (mut reader, mut writer) = socket.into_split();

        let verdict = read_verdict(&mut reader);
        tokio::pin!(verdict);
        let sent = tokio::select! {
            biased;
            early = &mut verdict => return self.judge(push, early),
            sent = send(&mut file, &mut writer, push, progress) => sent,
        };
        match sent {
            // If the pipe broke, the phone's reason may be on its way, or there is none.
            Ok(()) | Err(Stopped::Broken) => {}
            Err(Stopped::Local(source)) => return Err(local(source)),
            Err(Stopped::Stalled) => {
                return Err(FarmError::Silent { serial: self.serial.clone(), action: PUSH, limit: push.stall });
            }
        }
        match timeout(push.stall, verdict).await {
            Ok(verdict) => self.judge(push, verdict),
            Err(_) => Err(FarmError::Silent { serial: self.serial.clone(), action: PUSH, limit: push.stall }),
        }
    }

    fn judge(&self, push: Push<'_>, verdict: std::io::Result<Result<(), String>>) -> Result<(), FarmError> {
        match verdict {
            Ok(Ok(())) => Ok(()),
            Ok(Err(message)) if message.contains("No space left") => {
                Err(FarmError::Full { serial: self.serial.clone(), path: push.to.to_string() })
            }
            Ok(Err(message)) => Err(self.refusal(PUSH, &excerpt(&message))),
            Err(_) => Err(self.lost(PUSH)),
        }
    }
}

fn request(id: [u8; 4], body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).expect("phone paths are under 400 bytes and chunks under 64 KiB");
    [&id[..], &length.to_le_bytes(), body].concat()
}

#[derive(Debug, PartialEq, Eq)]
enum Stat {
    Size(u64),
    Missing,
    Error(u32),
    Nonsense,
}

async fn read_stat2(stream: &mut (impl AsyncRead + Unpin)) -> std::io::Result<Stat> {
    let mut answer = [0; 72];
    stream.read_exact(&mut answer).await?;
    let number = |at: usize| u32::from_le_bytes([answer[at], answer[at + 1], answer[at + 2], answer[at + 3]]);
    Ok(match (&answer[..4], number(4)) {
        (b"STA2", 0) => Stat::Size(u64::from(number(40)) | u64::from(number(44)) << 32),
        (b"STA2", NO_ENTRY) => Stat::Missing,
        (b"STA2", error) => Stat::Error(error),
        _ => Stat::Nonsense,
    })
}

async fn read_stat(stream: &mut (impl AsyncRead + Unpin)) -> std::io::Result<Stat> {
    let mut id = [0; 4];
    stream.read_exact(&mut id).await?;
    let (mode, size, _modified) =
        (stream.read_u32_le().await?, stream.read_u32_le().await?, stream.read_u32_le().await?);
    Ok(match (&id, mode) {
        (b"STAT", 0) => Stat::Missing,
        (b"STAT", _) => Stat::Size(u64::from(size)),
        _ => Stat::Nonsense,
    })
}

/// The phone's one word about the whole push: `Ok(Err(message))` is a refusal.
async fn read_verdict(stream: &mut (impl AsyncRead + Unpin)) -> std::io::Result<Result<(), String>> {
    let mut id = [0; 4];
    stream.read_exact(&mut id).await?;
    let length = stream.read_u32_le().await?;
    match &id {
        b"OKAY" => Ok(Ok(())),
        b"FAIL" => {
            let mut message = vec![0; (length as usize).min(CHUNK_BYTES)];
            stream.read_exact(&mut message).await?;
            Ok(Err(String::from_utf8_lossy(&message).into_owned()))
        }
        _ => Ok(Err("answers something that is not the sync protocol".to_owned())),
    }
}

enum Stopped {
    /// Our own file could not be read.
    Local(std::io::Error),
    /// The other side closed.
    Broken,
    /// The other side takes nothing more.
    Stalled,
}

async fn send(
    file: &mut File,
    writer: &mut (impl AsyncWrite + Unpin),
    push: Push<'_>,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<(), Stopped> {
    write(writer, &request(*b"SEND", format!("{},{MODE}", push.to).as_bytes()), push.stall).await?;
    let mut chunk = vec![0; CHUNK_BYTES];
    let mut sent = 0_u64;
    loop {
        let length = file.read(&mut chunk).await.map_err(Stopped::Local)?;
        if length == 0 {
            break;
        }
        write(writer, &request(*b"DATA", &chunk[..length]), push.stall).await?;
        sent += length as u64;
        progress(sent);
    }
    let modified = u32::try_from(push.modified.as_second()).unwrap_or(0);
    write(writer, &[&b"DONE"[..], &modified.to_le_bytes()].concat(), push.stall).await
}

async fn write(writer: &mut (impl AsyncWrite + Unpin), bytes: &[u8], stall: Duration) -> Result<(), Stopped> {
    match timeout(stall, writer.write_all(bytes)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) => Err(Stopped::Broken),
        Err(_) => Err(Stopped::Stalled),
    }
}
