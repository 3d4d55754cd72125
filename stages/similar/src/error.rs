//! What can be wrong with what is handed in.

use thiserror::Error;

/// Why nothing could be made of it.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum SimilarError {
    /// Fewer bytes than the stated size needs, or no size at all.
    #[error(
        "a picture of {width}x{height} with rows of {stride} bytes does not fit {bytes} bytes (hand in the whole luma plane, with \
         its stride; sides of 1 to 16384)"
    )]
    Plane {
        /// Pixels across.
        width: usize,
        /// Pixels down.
        height: usize,
        /// Bytes from one row to the next.
        stride: usize,
        /// Bytes that there are.
        bytes: usize,
    },
    /// A frame came before the one before it.
    #[error("a frame at {at_ms} ms came after one at {last_ms} ms (push frames in the order of their times)")]
    Order {
        /// The late one, in milliseconds.
        at_ms: u32,
        /// The one before, in milliseconds.
        last_ms: u32,
    },
    /// More frames than a print holds.
    #[error("a cut of more than {most} sampled frames (give a shorter one: half an hour at most)")]
    Long {
        /// The most that are taken.
        most: usize,
    },
    /// A rate or a channel count that sound cannot have.
    #[error("sound of {rate} Hz in {channels} channels (8000 to 192000 Hz, 1 to 8 channels)")]
    Sound {
        /// Samples a second.
        rate: u32,
        /// Channels.
        channels: u16,
    },
    /// A line that is not a hash.
    #[error("`{text}` is not a hash (64 hexadecimal digits)")]
    Hex {
        /// The text, cut off.
        text: String,
    },
    /// Kept bytes that are not prints, or not these prints.
    #[error("kept prints cannot be read: {why} (make them again from the cut)")]
    Kept {
        /// What was seen.
        why: String,
    },
    /// Prints of another definition.
    #[error("kept prints are of definition {found}, this program compares {known} (make them again from the cut)")]
    Version {
        /// In the bytes.
        found: u16,
        /// The program's.
        known: u16,
    },
}
