//! The bounded queue before a stage. An item keeps its place from the moment upstream reserves it until the stage has
//! handed it on, so the most items in flight is the sum of the depths.

use std::num::NonZeroUsize;
use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::time::Instant;

use crate::events::EdgeMeter;
use crate::stage::StageName;
use crate::ticket::Ticket;

/// A ticket with its place on an edge.
pub(crate) struct Placed<T> {
    pub(crate) ticket: Ticket<T>,
    place: Place,
}

impl<T> Placed<T> {
    /// Changes what the ticket carries; the place is kept until [`Placed::into_ticket`].
    pub(crate) fn map<U>(self, make: impl FnOnce(T) -> U) -> Placed<U> {
        Placed { ticket: self.ticket.map(make), place: self.place }
    }

    /// Gives the place back and keeps the ticket.
    pub(crate) fn into_ticket(self) -> Ticket<T> {
        self.ticket
    }
}

struct Place {
    // Declared before the edge: the permit must be back when the depth is read.
    permit: Option<OwnedSemaphorePermit>,
    edge: Arc<Edge>,
}

impl Drop for Place {
    fn drop(&mut self) {
        drop(self.permit.take());
        self.edge.measure();
    }
}

struct Edge {
    stage: StageName,
    depth: usize,
    places: Arc<Semaphore>,
    meter: EdgeMeter,
}

impl Edge {
    fn measure(&self) {
        self.meter.depth(self.depth - self.places.available_permits().min(self.depth));
    }
}

/// The sending end: where the stage upstream, or whoever takes items in, puts them.
pub struct Outlet<T> {
    edge: Arc<Edge>,
    queue: mpsc::Sender<Placed<T>>,
}

impl<T> Clone for Outlet<T> {
    fn clone(&self) -> Self {
        Self { edge: self.edge.clone(), queue: self.queue.clone() }
    }
}

/// The receiving end: what a stage's runner takes from.
pub struct Inlet<T> {
    queue: mpsc::Receiver<Placed<T>>,
}

/// A place taken before the work was begun. Dropping it gives the place back.
#[must_use = "a reserved place is for the work that follows"]
pub struct Reserved<T> {
    place: Place,
    queue: mpsc::Sender<Placed<T>>,
}

/// The queue before `stage`. The only function of the project that makes one.
pub(crate) fn edge<T>(stage: &StageName, depth: NonZeroUsize) -> (Outlet<T>, Inlet<T>) {
    let depth = depth.get();
    let (sender, receiver) = mpsc::channel(depth);
    let meter = EdgeMeter::new(stage, depth);
    let edge = Edge { stage: stage.clone(), depth, places: Arc::new(Semaphore::new(depth)), meter };
    (Outlet { edge: Arc::new(edge), queue: sender }, Inlet { queue: receiver })
}

impl<T> Outlet<T> {
    /// Waits for a place. Take it *before* paid or heavy work: a full queue must stop the work, not the storing.
    ///
    /// Returns `None` if the stage behind this edge is gone.
    ///
    /// # Cancel safety
    /// Dropping the future gives up the place in the queue of waiters and takes nothing.
    pub async fn reserve(&self) -> Option<Reserved<T>> {
        let permit = if let Ok(permit) = self.edge.places.clone().try_acquire_owned() {
            permit
        } else {
            let since = Instant::now();
            let permit = self.edge.places.clone().acquire_owned().await.ok()?;
            self.edge.meter.waited(since.elapsed());
            permit
        };
        if self.queue.is_closed() {
            return None;
        }
        self.edge.measure();
        Some(Reserved { place: Place { permit: Some(permit), edge: self.edge.clone() }, queue: self.queue.clone() })
    }

    /// The stage behind this edge.
    #[must_use]
    pub fn stage(&self) -> &StageName {
        &self.edge.stage
    }

    /// Items that lie in the queue now: without those in the stage's hands, and without places reserved upstream.
    pub(crate) fn queued(&self) -> usize {
        self.queue.max_capacity() - self.queue.capacity()
    }

    /// Places taken now.
    #[must_use]
    pub fn taken(&self) -> usize {
        self.edge.depth - self.edge.places.available_permits().min(self.edge.depth)
    }
}

impl<T> Reserved<T> {
    /// Puts the ticket on its place.
    ///
    /// # Errors
    /// The ticket, if the stage behind the edge is gone. (There are as many places as the queue is deep, so the queue
    /// has room for whoever holds a place.)
    pub fn send(self, ticket: Ticket<T>) -> Result<(), Ticket<T>> {
        self.queue.try_send(Placed { ticket, place: self.place }).map_err(|refused| refused.into_inner().ticket)
    }
}

impl<T> Inlet<T> {
    /// The next ticket, or `None` once every outlet is gone and the queue is empty.
    pub(crate) async fn take(&mut self) -> Option<Placed<T>> {
        self.queue.recv().await
    }

    /// What still lies in the queue, without waiting; nobody can put anything there any more.
    pub(crate) fn close_and_empty(&mut self) -> Vec<Placed<T>> {
        self.queue.close();
        std::iter::from_fn(|| self.queue.try_recv().ok()).collect()
    }
}
