//! What good is, in numbers, each with where it comes from.

/// The limits that a cut is held against. The defaults are those of [`Limits::default`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Longest black stretch, in milliseconds. Our own: shorter ones are fades.
    pub black_ms: f64,
    /// Longest stretch in which nothing moves, in milliseconds. Our own.
    pub frozen_ms: f64,
    /// Flashes within one second. WCAG 2.3.1, ITU-R BT.1702 and Ofcom's guidance (annex 1 on photosensitive epilepsy) all
    /// say three.
    pub flashes: f64,
    /// Share of the whole screen that may flash more often. Ofcom's guidance, ITU-R BT.1702: a quarter.
    pub flash_screen: f64,
    /// Share of a 10 degree field that may flash more often. WCAG 2.3.1: a quarter.
    pub flash_field: f64,
    /// Integrated loudness in LUFS and how far from it is fine in LU; `None` leaves it to the caller.
    pub loudness: Option<(f64, f64)>,
    /// Widest loudness range in LU. Our own, by EBU Tech 3343's advice that small devices in noise want a narrow one.
    pub loudness_range: f64,
    /// Highest true peak in dBTP; `None` leaves it to the caller.
    pub true_peak: Option<f64>,
    /// Runs of samples at full scale. Our own: a lossy coder makes single ones.
    pub clipped_runs: f64,
    /// Longest silence, in milliseconds. Our own.
    pub silence_ms: f64,
    /// What mono may lose, in dB. Two unrelated channels lose 3; more than 6 means that they work against each other.
    pub phase_db: f64,
    /// How much louder one side may be, in dB. Our own.
    pub balance_db: f64,
    /// Speech over what lies under it, in dB. Our own, on the low side: below 6 dB listeners miss words; 10 is usual
    /// in broadcasting, 20 is what WCAG 1.4.7 (AAA) asks for.
    pub speech_db: f64,
    /// Smallest letters, as a share of the frame's shorter side. Our own: 32 pixels of 1080.
    pub letters: f64,
    /// The same for texts that are not captions: labels, sources, the AI notice. Our own: 22 pixels of 1080.
    pub small_letters: f64,
    /// Contrast ratio of large letters. WCAG 1.4.3 (AA): 3.
    pub contrast: f64,
    /// Share of the letters' edges that may have less contrast. Our own.
    pub poor_edges: f64,
    /// Characters a second. Above the 20 of widely used subtitle guides, because words that are heard as they are shown
    /// are read more easily.
    pub characters_per_second: f64,
    /// Shortest time of a caption, in milliseconds. Our own: a word as it is spoken.
    pub caption_ms: f64,
    /// From the last word to the end, in milliseconds, at least. Our own.
    pub after_voice_ms: f64,
    /// Longest black tail, in milliseconds. Our own.
    pub black_tail_ms: f64,
    /// Longest silent tail, in milliseconds. Our own.
    pub silent_tail_ms: f64,
    /// Loudest end, in dBFS over the last 20 ms. Our own: above it the end is a click.
    pub end_level_dbfs: f64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            black_ms: 1_000.0,
            frozen_ms: 1_000.0,
            flashes: 3.0,
            flash_screen: 0.25,
            flash_field: 0.25,
            loudness: None,
            loudness_range: 18.0,
            true_peak: None,
            clipped_runs: 5.0,
            silence_ms: 1_500.0,
            phase_db: 6.0,
            balance_db: 12.0,
            speech_db: 6.0,
            letters: 0.03,
            small_letters: 0.02,
            contrast: 3.0,
            poor_edges: 0.3,
            characters_per_second: 25.0,
            caption_ms: 120.0,
            after_voice_ms: 100.0,
            black_tail_ms: 250.0,
            silent_tail_ms: 1_000.0,
            end_level_dbfs: -30.0,
        }
    }
}
