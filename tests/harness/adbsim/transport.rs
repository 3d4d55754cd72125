//! One connection of an adb server to a phone: the handshake, and many streams over one socket.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;

use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::{Mutex, Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::packet::{AUTH, CLSE, CNXN, OKAY, OPEN, PAYLOAD_BYTES_MAX, Packet, VERSION, WRTE};
use super::{State, shell, sync};

/// Asks for a signature of these bytes.
const AUTH_TOKEN: u32 = 1;
/// The host has no more keys to try and sends one for a person to allow.
const AUTH_PUBLIC_KEY: u32 = 3;
/// One packet may be on its way on each stream; one more place costs nothing.
const INBOUND_DEPTH: usize = 2;

/// A stream as its service sees it.
pub(super) struct Stream {
    ours: u32,
    theirs: u32,
    inbound: mpsc::Receiver<Vec<u8>>,
    unread: Vec<u8>,
    /// A permit for each packet that we may send: the other side's OKAYs.
    credit: Arc<Semaphore>,
    outgoing: Arc<Outgoing>,
}

pub(super) struct Outgoing {
    writer: Mutex<OwnedWriteHalf>,
    /// Cancelled to break the connection.
    pub(super) broken: CancellationToken,
}

struct Handle {
    inbound: mpsc::Sender<Vec<u8>>,
    credit: Arc<Semaphore>,
}

pub(super) async fn serve(socket: TcpStream, state: Arc<State>) {
    if socket.set_nodelay(true).is_err() {
        return;
    }
    let (mut reader, writer) = socket.into_split();
    let broken = CancellationToken::new();
    let outgoing = Arc::new(Outgoing { writer: Mutex::new(writer), broken: broken.clone() });
    tokio::select! {
        () = broken.cancelled() => {}
        // The other side's going away is the usual end of a connection.
        _ended = converse(&mut reader, outgoing, state) => {}
    }
}

async fn converse(reader: &mut OwnedReadHalf, outgoing: Arc<Outgoing>, state: Arc<State>) -> io::Result<()> {
    shake_hands(reader, &outgoing, &state).await?;
    let mut handles = HashMap::<u32, Handle>::new();
    let mut services = JoinSet::new();
    let mut last_id = 0;
    loop {
        let packet = Packet::read(reader).await?;
        match packet.command {
            OPEN => {
                last_id += 1;
                let (sender, inbound) = mpsc::channel(INBOUND_DEPTH);
                // OPEN counts as the other side's first OKAY.
                let credit = Arc::new(Semaphore::new(1));
                handles.insert(last_id, Handle { inbound: sender, credit: Arc::clone(&credit) });
                let outgoing = Arc::clone(&outgoing);
                let stream =
                    Stream { ours: last_id, theirs: packet.arg0, inbound, unread: Vec::new(), credit, outgoing };
                let name = String::from_utf8_lossy(&packet.payload).trim_end_matches('\0').to_owned();
                services.spawn(start(name, stream, Arc::clone(&state)));
            }
            // Late packets for a stream that is gone are normal: adb closes standard input after our CLSE.
            WRTE => {
                if let Some(handle) = handles.get(&packet.arg1) {
                    let _stream_gone = handle.inbound.try_send(packet.payload);
                }
            }
            OKAY => {
                if let Some(handle) = handles.get(&packet.arg1) {
                    handle.credit.add_permits(1);
                }
            }
            CLSE => {
                handles.remove(&packet.arg1);
            }
            _ => return Err(io::Error::from(io::ErrorKind::InvalidData)),
        }
    }
}

async fn shake_hands(reader: &mut OwnedReadHalf, outgoing: &Outgoing, state: &State) -> io::Result<()> {
    let hello = Packet::read(reader).await?;
    if hello.command != CNXN {
        return Err(io::Error::from(io::ErrorKind::InvalidData));
    }
    while state.faults().unauthorized {
        outgoing.send(&Packet::new(AUTH, AUTH_TOKEN, 0, &[7; 20])).await?;
        while Packet::read(reader).await?.arg0 == AUTH_PUBLIC_KEY {
            // Now only a person could help, and nobody does.
        }
    }
    let shell = if state.faults().no_shell_v2 { "" } else { "shell_v2," };
    let up = state.faults().not_up.unwrap_or("device");
    let banner = format!(
        "{up}::ro.product.name=simfone;ro.product.model={};ro.product.device=sim;features={shell}cmd,stat_v2,ls_v2",
        state.model
    );
    outgoing.send(&Packet::new(CNXN, VERSION, PAYLOAD_BYTES_MAX, banner.as_bytes())).await
}

async fn start(name: String, mut stream: Stream, state: Arc<State>) {
    let ended: io::Result<()> = async {
        if name == "sync:" {
            stream.accept().await?;
            sync::serve(&mut stream, &state).await?;
        } else if let Some((arguments, command)) = name.strip_prefix("shell").and_then(|rest| rest.split_once(':')) {
            stream.accept().await?;
            shell::serve(&mut stream, &state, arguments.contains("v2"), command).await?;
        }
        Ok(())
    }
    .await;
    // A service we do not have is refused with an id of zero; an error means that nobody is left to tell.
    if ended.is_ok() {
        let _nobody_left = stream.close().await;
    }
}

impl Outgoing {
    async fn send(&self, packet: &Packet) -> io::Result<()> {
        packet.write(&mut *self.writer.lock().await).await
    }
}

impl Stream {
    async fn accept(&self) -> io::Result<()> {
        self.outgoing.send(&Packet::new(OKAY, self.ours, self.theirs, &[])).await
    }

    /// Exactly this many bytes; an error when the other side closed before.
    pub(super) async fn read(&mut self, count: usize) -> io::Result<Vec<u8>> {
        while self.unread.len() < count {
            let bytes = self.inbound.recv().await.ok_or(io::ErrorKind::UnexpectedEof)?;
            self.unread.extend(bytes);
            self.outgoing.send(&Packet::new(OKAY, self.ours, self.theirs, &[])).await?;
        }
        Ok(self.unread.drain(..count).collect())
    }

    pub(super) async fn read_u32(&mut self) -> io::Result<u32> {
        let bytes = self.read(4).await?;
        Ok(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }

    pub(super) async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        for chunk in bytes.chunks(PAYLOAD_BYTES_MAX as usize) {
            self.wait_for_credit().await?;
            self.outgoing.send(&Packet::new(WRTE, self.ours, self.theirs, chunk)).await?;
        }
        Ok(())
    }

    /// Breaks the whole connection, as a pulled cable does.
    pub(super) fn break_connection(&self) {
        self.outgoing.broken.cancel();
    }

    async fn wait_for_credit(&self) -> io::Result<()> {
        let permit = self.credit.acquire().await.map_err(|_| io::ErrorKind::BrokenPipe)?;
        permit.forget();
        Ok(())
    }

    /// Waits until the last packet was taken, then closes.
    async fn close(&self) -> io::Result<()> {
        self.wait_for_credit().await?;
        self.outgoing.send(&Packet::new(CLSE, self.ours, self.theirs, &[])).await
    }
}
