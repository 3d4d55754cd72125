//! The adb server's smart socket: a request is four hex digits of length and text; the answer is `OKAY` or `FAIL` with a
//! text. One connection for each request. Every call has a deadline.

use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::error::{FarmError, excerpt};
use crate::listing::{self, Listed};

/// Where the adb server listens and how long it may say nothing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) limit: Duration,
}

/// One phone as the adb server knows it, and as we do.
#[derive(Debug, Clone)]
pub(crate) struct Link {
    pub(crate) server: Server,
    /// adb's word for the connection; changes with cable and network.
    pub(crate) connection: String,
    /// The phone's own serial number, for errors; the connection until that is known.
    pub(crate) serial: String,
}

enum Answer {
    Okay,
    Fail(String),
}

impl Server {
    /// The server's protocol version; 41 for everything since 2018.
    pub(crate) async fn version(self) -> Result<u32, FarmError> {
        let text = self.query("host:version").await?;
        u32::from_str_radix(&text, 16).map_err(|_| self.nonsense(&text))
    }

    /// Every phone it knows.
    pub(crate) async fn devices(self) -> Result<Vec<Listed>, FarmError> {
        Ok(listing::parse(&self.query("host:devices-l").await?))
    }

    async fn query(self, request: &str) -> Result<String, FarmError> {
        self.answers(async {
            let mut socket = self.connect().await?;
            match self.ask(&mut socket, request).await? {
                Answer::Okay => Ok(self.text(&mut socket).await?),
                Answer::Fail(message) => Err(self.nonsense(&message)),
            }
        })
        .await
    }

    async fn connect(self) -> Result<TcpStream, FarmError> {
        let socket = TcpStream::connect(self.address).await.map_err(|source| self.gone(source))?;
        socket.set_nodelay(true).map_err(|source| self.gone(source))?;
        Ok(socket)
    }

    async fn ask(self, socket: &mut TcpStream, request: &str) -> Result<Answer, FarmError> {
        let message = format!("{:04x}{request}", request.len());
        socket.write_all(message.as_bytes()).await.map_err(|source| self.gone(source))?;
        let mut word = [0; 4];
        socket.read_exact(&mut word).await.map_err(|source| self.gone(source))?;
        match &word {
            b"OKAY" => Ok(Answer::Okay),
            b"FAIL" => Ok(Answer::Fail(self.text(socket).await?)),
            other => Err(self.nonsense(&String::from_utf8_lossy(other))),
        }
    }

    async fn text(self, socket: &mut TcpStream) -> Result<String, FarmError> {
        let mut digits = [0; 4];
        socket.read_exact(&mut digits).await.map_err(|source| self.gone(source))?;
        // `from_str_radix` alone would take a sign.
        let length = std::str::from_utf8(&digits)
            .ok()
            .filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))
            .and_then(|digits| u16::from_str_radix(digits, 16).ok())
            .ok_or_else(|| self.nonsense(&String::from_utf8_lossy(&digits)))?;
        let mut text = vec![0; usize::from(length)];
        socket.read_exact(&mut text).await.map_err(|source| self.gone(source))?;
        Ok(String::from_utf8_lossy(&text).into_owned())
    }

    async fn answers<T>(self, work: impl Future<Output = Result<T, FarmError>>) -> Result<T, FarmError> {
        let silent = || self.gone(std::io::Error::from(std::io::ErrorKind::TimedOut));
        timeout(self.limit, work).await.unwrap_or_else(|_| Err(silent()))
    }

    fn gone(self, source: std::io::Error) -> FarmError {
        FarmError::NoServer { address: self.address, source }
    }

    fn nonsense(self, message: &str) -> FarmError {
        FarmError::NotAdb { address: self.address, message: excerpt(message) }
    }
}

impl Link {
    /// The features that both adb server and phone know.
    pub(crate) async fn features(&self) -> Result<Vec<String>, FarmError> {
        let request = format!("host-serial:{}:features", self.connection);
        let work = async {
            let mut socket = self.server.connect().await?;
            match self.server.ask(&mut socket, &request).await? {
                Answer::Okay => self.server.text(&mut socket).await,
                Answer::Fail(message) => Err(self.refusal("reading its features", &message)),
            }
        };
        let text = self.within(self.server.limit, "reading its features", work).await?;
        Ok(text.split(',').map(|word| word.trim().to_owned()).collect())
    }

    /// A socket that speaks to the phone's `service`.
    pub(crate) async fn open(&self, service: &str, action: &'static str) -> Result<TcpStream, FarmError> {
        let work = async {
            let mut socket = self.server.connect().await?;
            for request in [&format!("host:transport:{}", self.connection), service] {
                if let Answer::Fail(message) = self.server.ask(&mut socket, request).await? {
                    return Err(self.refusal(action, &message));
                }
            }
            Ok(socket)
        };
        self.within(self.server.limit, action, work).await
    }

    /// Runs `work` with a deadline.
    pub(crate) async fn within<T>(
        &self,
        limit: Duration,
        action: &'static str,
        work: impl Future<Output = Result<T, FarmError>>,
    ) -> Result<T, FarmError> {
        let silent = || FarmError::Silent { serial: self.serial.clone(), action, limit };
        timeout(limit, work).await.unwrap_or_else(|_| Err(silent()))
    }

    /// The connection broke; what the other side would have said is not coming any more.
    pub(crate) fn lost(&self, action: &'static str) -> FarmError {
        FarmError::Lost { serial: self.serial.clone(), action }
    }

    /// The phone, or the adb server in its name, said no.
    pub(crate) fn refusal(&self, action: &'static str, message: &str) -> FarmError {
        let serial = self.serial.clone();
        // adb's own texts, the same in versions 29 to 36.
        if message.contains("unauthorized") || message.contains("still authorizing") {
            FarmError::Unauthorized { serial }
        } else if message.contains("device offline") {
            FarmError::Offline { serial }
        } else if message.contains("not found") && message.starts_with("device") || message.trim() == "closed" {
            FarmError::Lost { serial, action }
        } else {
            FarmError::Refused { serial, action, message: excerpt(message) }
        }
    }
}

#[cfg(test)]
mod tests;
