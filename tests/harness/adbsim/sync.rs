//! The phone's sync service: sizes and pushes.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::MetadataExt;

use super::transport::Stream;
use super::{State, locked};

/// `ENOENT`.
const NO_ENTRY: u32 = 2;

pub(super) async fn serve(stream: &mut Stream, state: &State) -> io::Result<()> {
    loop {
        // The other side closes when it has no more questions.
        let Ok(id) = stream.read(4).await else { return Ok(()) };
        let length = stream.read_u32().await?;
        let body = stream.read(length as usize).await?;
        let path = String::from_utf8_lossy(&body).into_owned();
        match id.as_slice() {
            b"STAT" => stat(stream, state, &path).await?,
            b"STA2" | b"LST2" => stat_v2(stream, state, &id, &path).await?,
            b"SEND" => receive(stream, state, &path).await?,
            b"QUIT" => return Ok(()),
            _ => return fail(stream, "unknown command").await,
        }
    }
}

async fn stat(stream: &mut Stream, state: &State, path: &str) -> io::Result<()> {
    let metadata = state.local(path).and_then(|local| fs::metadata(local).ok());
    let (mode, size) = metadata.map_or((0, 0), |metadata| (metadata.mode(), metadata.len()));
    let size = u32::try_from(size).unwrap_or(u32::MAX);
    let words = [mode, size, 0].map(u32::to_le_bytes).concat();
    stream.write(&[&b"STAT"[..], &words].concat()).await
}

async fn stat_v2(stream: &mut Stream, state: &State, id: &[u8], path: &str) -> io::Result<()> {
    let metadata = state.local(path).and_then(|local| fs::metadata(local).ok());
    let mut answer = vec![0; 72];
    answer[..4].copy_from_slice(id);
    match metadata {
        Some(metadata) => {
            answer[24..28].copy_from_slice(&metadata.mode().to_le_bytes());
            answer[40..48].copy_from_slice(&metadata.len().to_le_bytes());
        }
        None => answer[4..8].copy_from_slice(&NO_ENTRY.to_le_bytes()),
    }
    stream.write(&answer).await
}

async fn receive(stream: &mut Stream, state: &State, target: &str) -> io::Result<()> {
    locked(&state.seen).pushes += 1;
    let faults = state.faults();
    let (path, _mode) = target.rsplit_once(',').unwrap_or((target, ""));
    let Some(local) = state.local(path) else { return refuse(stream, "Permission denied").await };
    if let Some(folder) = local.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file = fs::File::create(&local)?;
    let mut received = 0_u64;
    if faults.hang.as_deref() == Some("sync") {
        std::future::pending::<()>().await;
    }
    loop {
        let id = stream.read(4).await?;
        let length = stream.read_u32().await?;
        if id == b"DONE" {
            file.sync_all()?;
            return stream.write(b"OKAY\0\0\0\0").await;
        }
        let mut bytes = stream.read(length as usize).await?;
        if faults.corrupt && received == 0 {
            bytes[0] ^= 1;
        }
        received += bytes.len() as u64;
        if faults.drop_after.is_some_and(|limit| received >= limit) {
            locked(&state.faults).drop_after = None;
            stream.break_connection();
            std::future::pending::<()>().await;
        }
        if faults.enospc_after.is_some_and(|limit| received >= limit) {
            return refuse(stream, "couldn't write file: No space left on device").await;
        }
        file.write_all(&bytes)?;
    }
}

/// Says no at once, then reads and forgets the rest of the push, as the real one does.
async fn refuse(stream: &mut Stream, message: &str) -> io::Result<()> {
    fail(stream, message).await?;
    loop {
        let id = stream.read(4).await?;
        let length = stream.read_u32().await?;
        if id == b"DONE" {
            return Ok(());
        }
        stream.read(length as usize).await?;
    }
}

async fn fail(stream: &mut Stream, message: &str) -> io::Result<()> {
    let length = u32::try_from(message.len()).expect("messages are short");
    stream.write(&[&b"FAIL"[..], &length.to_le_bytes(), message.as_bytes()].concat()).await
}
