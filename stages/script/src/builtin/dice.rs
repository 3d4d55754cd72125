//! Chance that is not chance: the same seed and the same topic always fall the same way.

/// A stream of numbers from a seed (splitmix64).
#[derive(Debug, Clone)]
pub(super) struct Dice(u64);

impl Dice {
    /// Falls the same for the same seed and text.
    pub(super) fn new(seed: u64, text: &str) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&seed.to_le_bytes());
        hasher.update(text.as_bytes());
        Self::from_hash(&hasher.finalize())
    }

    /// A stream of its own for one choice, so that one choice more does not change all others.
    pub(super) fn named(&self, name: &str) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.0.to_le_bytes());
        hasher.update(name.as_bytes());
        Self::from_hash(&hasher.finalize())
    }

    fn from_hash(hash: &blake3::Hash) -> Self {
        let mut low = [0_u8; 8];
        low.copy_from_slice(&hash.as_bytes()[..8]);
        Self(u64::from_le_bytes(low))
    }

    /// The next number.
    pub(super) fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut value = self.0;
        value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        value ^ (value >> 31)
    }

    /// One of them, or `None` if there are none.
    pub(super) fn pick<T: Clone>(&mut self, of: &[T]) -> Option<T> {
        let roll = self.roll();
        if of.is_empty() { None } else { of.get((roll % of.len() as u64) as usize).cloned() }
    }

    /// Puts them in an order of its own.
    pub(super) fn shuffle<T>(&mut self, list: &mut [T]) {
        for at in (1..list.len()).rev() {
            list.swap(at, (self.roll() % (at as u64 + 1)) as usize);
        }
    }
}
