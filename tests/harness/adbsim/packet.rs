//! adb's transport packets: 24 bytes of header in little-endian words, then the payload.

use std::io;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

pub(super) const CNXN: u32 = u32::from_le_bytes(*b"CNXN");
pub(super) const AUTH: u32 = u32::from_le_bytes(*b"AUTH");
pub(super) const OPEN: u32 = u32::from_le_bytes(*b"OPEN");
pub(super) const OKAY: u32 = u32::from_le_bytes(*b"OKAY");
pub(super) const CLSE: u32 = u32::from_le_bytes(*b"CLSE");
pub(super) const WRTE: u32 = u32::from_le_bytes(*b"WRTE");

/// From this version on both sides leave the checksum out.
pub(super) const VERSION: u32 = 0x0100_0001;
pub(super) const PAYLOAD_BYTES_MAX: u32 = 1024 * 1024;

pub(super) struct Packet {
    pub(super) command: u32,
    pub(super) arg0: u32,
    pub(super) arg1: u32,
    pub(super) payload: Vec<u8>,
}

impl Packet {
    pub(super) fn new(command: u32, arg0: u32, arg1: u32, payload: &[u8]) -> Self {
        Self { command, arg0, arg1, payload: payload.to_vec() }
    }

    pub(super) async fn read(reader: &mut OwnedReadHalf) -> io::Result<Self> {
        let mut words = [0_u32; 6];
        for word in &mut words {
            *word = reader.read_u32_le().await?;
        }
        let [command, arg0, arg1, length, _checksum, magic] = words;
        if magic != !command || length > PAYLOAD_BYTES_MAX {
            return Err(io::Error::from(io::ErrorKind::InvalidData));
        }
        let mut payload = vec![0; length as usize];
        reader.read_exact(&mut payload).await?;
        Ok(Self { command, arg0, arg1, payload })
    }

    /// Header and payload in one write: many streams share the socket.
    pub(super) async fn write(&self, writer: &mut OwnedWriteHalf) -> io::Result<()> {
        let length = u32::try_from(self.payload.len()).expect("payloads are at most 1 MiB");
        // The first packets are sent before a version is agreed on, with the sum of their bytes.
        let checksum = match self.command {
            CNXN | AUTH => self.payload.iter().fold(0_u32, |sum, byte| sum.wrapping_add(u32::from(*byte))),
            _ => 0,
        };
        let words = [self.command, self.arg0, self.arg1, length, checksum, !self.command];
        let mut bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        bytes.extend_from_slice(&self.payload);
        writer.write_all(&bytes).await
    }
}
