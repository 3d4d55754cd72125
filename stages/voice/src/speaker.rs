//! The thread that speaks. The engine blocks for milliseconds, which is too long for a task and too short for a pool.

use std::thread::JoinHandle;

use tokio::sync::{mpsc, oneshot};

use crate::error::VoiceError;
use crate::espeak::{self, Delivery};
use crate::plain::PlainBeat;
use crate::track::Track;

/// Requests that may wait for the thread; a caller beyond that waits for a place.
const QUEUE: usize = 4;

/// Most characters of one beat's narration.
const BEAT_CHARACTERS_MAX: usize = 2_000;

/// Everything that makes one track.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) narrations: Vec<String>,
    pub(crate) delivery: Delivery,
    pub(crate) pause_ms: u32,
}

type Answer = Result<Track, VoiceError>;
type Order = (Request, oneshot::Sender<Answer>);

/// Speaks on a thread of its own, which ends with this value.
#[derive(Debug)]
pub(crate) struct Speaker {
    orders: Option<mpsc::Sender<Order>>,
    thread: Option<JoinHandle<()>>,
}

impl Speaker {
    pub(crate) fn start() -> Result<Self, VoiceError> {
        let (orders, mut waiting) = mpsc::channel::<Order>(QUEUE);
        let work = move || {
            while let Some((request, answer)) = waiting.blocking_recv() {
                if answer.is_closed() {
                    continue;
                }
                // An error here means that the asking task was dropped meanwhile: nobody misses the answer.
                drop(answer.send(speak(&request)));
            }
        };
        let thread = std::thread::Builder::new().name("reelpress-voice".to_owned()).spawn(work);
        Ok(Self { orders: Some(orders), thread: Some(thread.map_err(VoiceError::Start)?) })
    }

    /// # Cancel safety
    /// Dropping the future gives the request up; one that is being spoken is finished and thrown away.
    pub(crate) async fn speak(&self, request: Request) -> Answer {
        let (answer, track) = oneshot::channel();
        let orders = self.orders.as_ref().ok_or(VoiceError::Ended)?;
        orders.send((request, answer)).await.map_err(|_| VoiceError::Ended)?;
        track.await.map_err(|_| VoiceError::Ended)?
    }
}

impl Drop for Speaker {
    fn drop(&mut self) {
        self.orders = None;
        // At most one request is in hand by now, and those still waiting have no listener.
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

fn speak(request: &Request) -> Answer {
    for (beat, narration) in request.narrations.iter().enumerate() {
        let characters = narration.chars().count();
        if characters > BEAT_CHARACTERS_MAX {
            return Err(VoiceError::TooLong { beat, characters, limit: BEAT_CHARACTERS_MAX });
        }
    }
    let beats = request.narrations.iter().map(|narration| PlainBeat::new(narration)).collect::<Vec<_>>();
    let texts = beats.iter().map(|beat| beat.text.clone()).collect::<Vec<_>>();
    let spoken = espeak::speak(&request.delivery, &texts)?;
    Track::join(&beats, &spoken, &request.delivery, request.pause_ms)
}
