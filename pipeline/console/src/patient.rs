//! A listener for clients that are slow on purpose: a connection on which nothing moves for a while is closed, and there
//! are never more of them than places.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpListener;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, Sleep};

/// Open connections, at most; the next waits to be accepted.
const PLACES: usize = 1_024;
/// A connection on which nothing moved for so long is closed. A player that pauses asks for the next part anew.
const IDLE: Duration = Duration::from_secs(120);

/// Accepts connections of which none can hold its place by doing nothing.
#[derive(Debug)]
pub struct Patient {
    inner: TcpListener,
    places: Arc<Semaphore>,
}

/// The other end's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer(pub SocketAddr);

impl Connected<IncomingStream<'_, Patient>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Patient>) -> Self {
        Self(*stream.remote_addr())
    }
}

impl Patient {
    /// Around a bound listener.
    #[must_use]
    pub fn new(inner: TcpListener) -> Self {
        Self { inner, places: Arc::new(Semaphore::new(PLACES)) }
    }
}

impl Listener for Patient {
    type Io = Timed<tokio::net::TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, SocketAddr) {
        // The semaphore is never closed; without a place the connection would only not be counted.
        let place = self.places.clone().acquire_owned().await.ok();
        let (stream, address) = Listener::accept(&mut self.inner).await;
        (Timed::new(stream, IDLE, place), address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.inner.local_addr()
    }
}

/// A stream that gives up when nothing moved in either direction for a while.
#[derive(Debug)]
pub struct Timed<S> {
    inner: S,
    idle: Duration,
    until: Pin<Box<Sleep>>,
    _place: Option<OwnedSemaphorePermit>,
}

impl<S> Timed<S> {
    fn new(inner: S, idle: Duration, place: Option<OwnedSemaphorePermit>) -> Self {
        Self { inner, idle, until: Box::pin(tokio::time::sleep(idle)), _place: place }
    }

    fn watched<T>(&mut self, context: &mut Context<'_>, polled: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if polled.is_ready() {
            self.until.as_mut().reset(Instant::now() + self.idle);
            return polled;
        }
        let idle = self.until.as_mut().poll(context);
        idle.map(|()| Err(io::Error::new(io::ErrorKind::TimedOut, "nothing moved on the connection")))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Timed<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.inner).poll_read(cx, buffer);
        self.watched(cx, polled)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Timed<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.inner).poll_write(cx, bytes);
        self.watched(cx, polled)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_connection_on_which_nothing_moves_is_closed_and_one_that_moves_is_not() {
        let (near, mut far) = tokio::io::duplex(64);
        let mut timed = Timed::new(near, Duration::from_secs(10), None);
        for _ in 0..5 {
            tokio::time::advance(Duration::from_secs(9)).await;
            far.write_all(b"x").await.unwrap();
            assert_eq!(timed.read_u8().await.unwrap(), b'x');
        }
        let begun = Instant::now();
        assert_eq!(timed.read_u8().await.unwrap_err().kind(), io::ErrorKind::TimedOut);
        assert_eq!(begun.elapsed().as_secs(), 10);
    }

    #[tokio::test(start_paused = true)]
    async fn a_reader_that_stopped_reading_holds_nothing_for_ever() {
        let (near, _far) = tokio::io::duplex(4);
        let mut timed = Timed::new(near, Duration::from_secs(10), None);
        assert_eq!(timed.write_all(b"more than fits").await.unwrap_err().kind(), io::ErrorKind::TimedOut);
    }
}
