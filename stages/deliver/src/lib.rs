//! One post for one cut: the outbox folder and the hand-over to devices.
