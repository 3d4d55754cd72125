//! Shell protocol v2: exit code, and standard error apart. The stream's end before the exit packet means that the phone
//! was lost, never that the command went well.

use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt};

use crate::command::Command;
use crate::error::FarmError;
use crate::socket::Link;

/// What a command left behind.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Output {
    pub(crate) exit: u8,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// More than any command of ours says; the rest is read and forgotten.
const KEPT_BYTES: usize = 64 * 1024;
/// adb's packets are 256 KiB at most; more is not the shell protocol.
const PACKET_BYTES_MAX: u32 = 4 * 1024 * 1024;

impl Link {
    /// Runs a command. `limit` is for the whole of it.
    pub(crate) async fn run(&self, command: &Command, limit: Duration) -> Result<Output, FarmError> {
        let action = command.action();
        let work = async {
            let mut socket = self.open(&format!("shell,v2,raw:{}", command.line()), action).await?;
            match read_output(&mut socket).await {
                Ok(output) => Ok(output),
                Err(Broken::Ended) => Err(self.lost(action)),
                Err(Broken::Nonsense(id)) => {
                    Err(self.refusal(action, &format!("answers packet {id}, not the shell protocol")))
                }
            }
        };
        self.within(limit, action, work).await
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Broken {
    /// The stream ended before the exit code.
    Ended,
    /// Something that is no shell packet.
    Nonsense(u8),
}

async fn read_output(stream: &mut (impl AsyncRead + Unpin)) -> Result<Output, Broken> {
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    loop {
        let id = stream.read_u8().await.map_err(|_| Broken::Ended)?;
        let length = stream.read_u32_le().await.map_err(|_| Broken::Ended)?;
        if length > PACKET_BYTES_MAX {
            return Err(Broken::Nonsense(id));
        }
        let mut bytes = vec![0; length as usize];
        stream.read_exact(&mut bytes).await.map_err(|_| Broken::Ended)?;
        match id {
            1 => keep(&mut stdout, &bytes),
            2 => keep(&mut stderr, &bytes),
            3 => {
                let exit = *bytes.first().ok_or(Broken::Nonsense(id))?;
                let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
                return Ok(Output { exit, stdout: text(&stdout), stderr: text(&stderr) });
            }
            other => return Err(Broken::Nonsense(other)),
        }
    }
}

fn keep(kept: &mut Vec<u8>, bytes: &[u8]) {
    let room = KEPT_BYTES.saturating_sub(kept.len());
    kept.extend_from_slice(&bytes[..bytes.len().min(room)]);
}

#[cfg(test)]
mod tests;
