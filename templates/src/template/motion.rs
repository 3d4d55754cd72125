//! How layers come and go, how scenes follow each other, and what is heard with it.

use serde::Serialize;

/// Up, down, left or right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "they say what they are")]
pub enum Direction {
    Up,
    Down,
    Left,
    Right,
}

/// How a layer comes in or goes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Animation {
    /// What it does.
    pub kind: AnimationKind,
    /// How long, in milliseconds, 0 to 2000.
    pub ms: u32,
    /// How long after the scene's start (or, for an exit, before its end) it waits, in milliseconds, 0 to 5000.
    pub delay_ms: u32,
    /// How the motion goes.
    pub easing: Easing,
}

/// What a layer does as it comes in; an exit does the same backwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum AnimationKind {
    /// Becomes visible.
    Fade,
    /// Moves a little in this direction to its place (`Up`: from below), while it becomes visible.
    Slide(Direction),
    /// Is uncovered in this direction (`Right`: from the left edge on).
    Wipe(Direction),
    /// Grows from 80 % while it becomes visible.
    Pop,
}

/// How a motion goes from its start to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Easing {
    /// At one speed.
    Linear,
    /// Starts slowly.
    In,
    /// Ends slowly.
    Out,
    /// Both.
    InOut,
    /// Ends slowly after going a little too far.
    Back,
}

impl Easing {
    /// Where the motion is at `time`, both 0.0 to 1.0 ([`Easing::Back`] goes a little beyond 1.0 on its way).
    #[must_use]
    pub fn at(self, time: f64) -> f64 {
        let time = time.clamp(0.0, 1.0);
        let rest = 1.0 - time;
        match self {
            Self::Linear => time,
            Self::In => time * time * time,
            Self::Out => 1.0 - rest * rest * rest,
            Self::InOut => time * time * (3.0 - 2.0 * time),
            // Overshoot of a tenth, the usual 1.70158 of animation software.
            Self::Back => 1.0 - rest * rest * ((1.701_58 + 1.0) * rest - 1.701_58),
        }
    }
}

/// How one scene becomes the next.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Transition {
    /// What happens.
    pub kind: TransitionKind,
    /// How long, in milliseconds, 0 to 1000; it lies at the start of the next scene.
    pub ms: u32,
    /// How the motion goes.
    pub easing: Easing,
}

/// What happens between two scenes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TransitionKind {
    /// Nothing.
    Cut,
    /// One fades into the other.
    CrossFade,
    /// The next slides over, moving in this direction (`Left`: it comes from the right).
    Slide(Direction),
    /// The next pushes the other out, both moving in this direction.
    Push(Direction),
    /// A soft edge that moves in this direction uncovers the next.
    Wipe(Direction),
    /// Through the other into the next.
    Zoom,
}

/// Which sound goes with what; `None` is silence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Cues {
    /// At each transition.
    pub transition: Option<Effect>,
    /// At the first frame.
    pub hook: Option<Effect>,
    /// When a figure has grown.
    pub figure: Option<Effect>,
    /// At the call to action.
    pub call: Option<Effect>,
}

/// The sound effects that the press can draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "they say what they are")]
pub enum Effect {
    Whoosh,
    Pop,
    Tick,
    Ding,
    Riser,
    Impact,
}
