//! Writers in order: each provider in its turn, the built-in writer as the last resort, and what becomes of the item when
//! none of them wrote.

use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;
use reelpress_config::{Name, Niche, Settings};
use reelpress_core::{Clock, Fault as _, Job, Notes, Reason, Remedy, Step, events};
use reelpress_endpoint::Failure;
use reelpress_vocabulary::{Brief, Script, ScriptLimits};

use crate::budget::Purse;
use crate::builtin;
use crate::error::ScriptError;
use crate::evidence::Pack;
use crate::llm::{Order, PATIENCE, Stumble, Talk};
use crate::provider::Providers;

/// Longest time that an item is put off: settings, budgets and providers may have changed by then.
const ASK_AGAIN: Duration = Duration::from_mins(10);

/// Who writes, over items and reloads.
pub(crate) struct Chain {
    providers: Providers,
    purse: Purse,
}

/// What a script is made of, and for whom.
#[derive(Clone, Copy)]
pub(crate) struct Task<'a> {
    pub(crate) settings: &'a Settings,
    pub(crate) brief: &'a Brief,
    pub(crate) niche: &'a Niche,
    pub(crate) limits: &'a ScriptLimits,
    /// What it may say.
    pub(crate) pack: &'a Pack,
}

/// Why nobody wrote.
#[derive(Default)]
struct Ending<'a> {
    passed_over: Vec<(&'a Name, &'static str)>,
    waits: Vec<Duration>,
    failures: Vec<ScriptError>,
    held: Option<Reason>,
}

impl Chain {
    pub(crate) fn new(notes: Arc<dyn Notes>, clock: Arc<dyn Clock>, timezone: &TimeZone) -> Self {
        Self { providers: Providers::default(), purse: Purse::new(notes, clock, timezone) }
    }

    /// Asks the writers in order until one has written.
    ///
    /// # Errors
    /// [`ScriptError`] if all that were asked failed.
    pub(crate) async fn write(&self, task: Task<'_>, job: &Job) -> Result<Step<Script>, ScriptError> {
        let Task { settings, brief, niche, limits, pack } = task;
        let mut ending = Ending::default();
        for (name, provider) in settings.script.chain() {
            let stumble = match self.providers.get(name, provider) {
                Err(failure) => ScriptError::Endpoint { provider: name.to_string(), failure }.into(),
                Ok(known) => {
                    let order = Order { brief, niche, limits, pack, endpoint: provider };
                    let talk = Talk { order, settings, known: &known, purse: &self.purse, job };
                    match talk.script().await {
                        Ok(script) => return Ok(ending.written(script)),
                        Err(stumble) => stumble,
                    }
                }
            };
            match stumble {
                Stumble::Refused(reason) => {
                    let message = format!("provider `{name}`: {}", reason.message);
                    return Ok(Step::Hold(Reason { message, ..reason }));
                }
                // Better late than by somebody else.
                Stumble::Busy(wait) if wait <= PATIENCE && ending.failures.is_empty() => return Ok(Step::Later(wait)),
                Stumble::Failed(error @ ScriptError::Endpoint { failure: Failure::Stopped { .. }, .. }) => {
                    return Err(error);
                }
                stumble @ (Stumble::Busy(_)
                | Stumble::Open(_)
                | Stumble::Spent(_)
                | Stumble::Held(_)
                | Stumble::Failed(_)) => ending.add(name, stumble),
            }
        }
        if settings.script.has_builtin() {
            match builtin::write(brief, niche, limits, pack) {
                Ok(script) => return Ok(ending.written(script)),
                Err(reason) => ending.held = Some(reason),
            }
        }
        ending.outcome()
    }
}

impl<'a> Ending<'a> {
    /// Somebody wrote after all, instead of those before.
    fn written(self, script: Script) -> Step<Script> {
        for (name, reason) in self.passed_over {
            events::provider_passed_over(name.as_str(), reason);
        }
        Step::Next(script)
    }

    fn add(&mut self, name: &'a Name, stumble: Stumble) {
        self.passed_over.push((name, stumble.word()));
        match stumble {
            Stumble::Busy(wait) | Stumble::Open(wait) | Stumble::Spent(wait) => self.waits.push(wait),
            Stumble::Refused(reason) | Stumble::Held(reason) => self.held = Some(reason),
            Stumble::Failed(error) => self.failures.push(error),
        }
    }

    /// Waiting is better than failing, another try better than a person's time; nothing is dropped.
    fn outcome(mut self) -> Result<Step<Script>, ScriptError> {
        // Who asked us to come back much later is waited for like who could not be asked.
        let is_later =
            |error: &ScriptError| matches!(error.remedy(), Remedy::Retry { after: Some(after) } if after > PATIENCE);
        let (later, failures) = self.failures.into_iter().partition::<Vec<_>, _>(is_later);
        self.failures = failures;
        self.waits.extend(later.iter().filter_map(|error| match error.remedy() {
            Remedy::Retry { after } => after,
            Remedy::GiveUp | Remedy::StopStage => None,
        }));
        if let Some(wait) = self.waits.iter().min().copied() {
            let Some(error) = self.failures.pop() else { return Ok(Step::Later(wait.min(ASK_AGAIN))) };
            // Somebody was asked in vain, perhaps for money: that is not done again and again without end.
            return Err(ScriptError::Waits { wait, error: Box::new(error) });
        }
        if let Some(at) = self.failures.iter().position(|error| matches!(error.remedy(), Remedy::Retry { .. })) {
            return Err(self.failures.swap_remove(at));
        }
        if let Some(mut reason) = self.held {
            for error in self.failures {
                reason.message = format!("{}; {error}", reason.message);
            }
            return Ok(Step::Hold(reason));
        }
        let given_up = self.failures.iter().position(|error| error.remedy() == Remedy::GiveUp);
        let error = given_up.map(|at| self.failures.swap_remove(at)).or_else(|| self.failures.pop());
        error.map_or_else(|| Ok(Step::Hold(Reason::new("no_writer", "no writer is listed in [script]"))), Err)
    }
}
