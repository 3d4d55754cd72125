//! Has a cut looked at by everybody whom the settings name.

use std::sync::Arc;

use reelpress_config::{ModerationEndpoint, Settings};
use reelpress_core::Job;
use reelpress_core::events::safety_checked;

use crate::error::{ModelError, SafetyStopped};
use crate::frame::Rgb;
use crate::jpeg;
use crate::moderation::{Moderator, NoAnswer, Risks};
use crate::nsfw::{Nsfw, Order, Seen, Stop};
use crate::report::{Check, Concern, Report, Unchecked, What, Where};
use crate::sampler::Snapshots;
use crate::score::SEXUAL;

/// Most texts of a cut that are asked about, and most characters of one.
const TEXTS_MAX: usize = 64;
const CHARACTERS_MAX: usize = 8_000;
/// What a rule for words that holds a cut counts as.
const RULE_HOLDS: f32 = 0.5;

/// Who looks, as metrics call them.
const MODEL: &str = "open_nsfw";
const ENDPOINT: &str = "moderation";
/// What only an endpoint looks for.
const MATTERS: &str = "violence, hate and other matters in pictures and words by a moderation endpoint";
const NO_PICTURES: &str = "no picture of the cut was decoded";

/// Keeps models and connections over cuts and reloads.
pub struct Safety {
    nsfw: Arc<Nsfw>,
    moderator: Moderator,
}

/// A text of a cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// Which one: `scenes[2].narration`.
    pub place: String,
    /// Its words.
    pub text: String,
    /// When it is heard or seen, in milliseconds, if it is.
    pub span_ms: Option<(u64, u64)>,
}

/// What is judged.
#[derive(Debug, Clone, Default)]
pub struct Subject {
    /// Every text that people read or hear.
    pub texts: Vec<Text>,
    /// What was kept of its pictures; `None` if nobody looked on while it was decoded.
    pub snapshots: Option<Snapshots>,
    /// Rules for words that hold this cut already: they count in the score.
    pub held_by: Vec<String>,
}

impl Default for Safety {
    fn default() -> Self {
        Self::new()
    }
}

impl Safety {
    /// Opens nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self { nsfw: Arc::default(), moderator: Moderator::new() }
    }

    /// Has the pictures and texts of a cut looked at. Whatever fails is told as not checked.
    ///
    /// # Errors
    /// [`SafetyStopped`] if the press stops meanwhile.
    pub async fn judge(&self, settings: &Settings, job: &Job, subject: &Subject) -> Result<Report, SafetyStopped> {
        let mut report = Report::default();
        let seen = self.by_model(settings, job, subject, &mut report).await;
        noted(&mut report, seen)?;
        match &settings.screen.safety.endpoint {
            None => noted(&mut report, Err(Missing::NotNamed(MATTERS, "no [screen.safety.endpoint]")))?,
            Some(endpoint) => {
                let read = self.words(endpoint, job, &subject.texts, &mut report).await;
                noted(&mut report, read)?;
                let seen = self.pictures(endpoint, job, subject.snapshots.as_ref(), &mut report).await;
                noted(&mut report, seen)?;
            }
        }
        for rule in &subject.held_by {
            report.concerns.push(Concern::new("words", "the policies", Where::Rule(rule.clone()), RULE_HOLDS));
        }
        report.unchecked.push(Unchecked {
            what: "sound beside the voice".to_owned(),
            why: "nobody listens to music and clips".to_owned(),
            is_expected: false,
        });
        Ok(report.sorted())
    }

    async fn by_model(
        &self,
        settings: &Settings,
        job: &Job,
        subject: &Subject,
        report: &mut Report,
    ) -> Result<(), Missing> {
        const WHAT: &str = "nudity in pictures by open_nsfw";
        let Some(order) = Order::of(settings) else {
            return Err(Missing::NotNamed(WHAT, "no `nsfw_model` in [screen.safety]"));
        };
        let safety = &settings.screen.safety;
        let snapshots = subject.snapshots.as_ref().map(|kept| kept.at_most(safety.pictures.get()));
        let Some(snapshots) = snapshots.filter(|kept| !kept.is_empty()) else {
            return Err(Missing::failed(MODEL, WHAT, "no_pictures", NO_PICTURES));
        };
        let (nsfw, stop) = (Arc::clone(&self.nsfw), Arc::new(Stop::default()));
        let ends = Ends(Arc::clone(&stop));
        let shared = Arc::new(snapshots);
        let kept = Arc::clone(&shared);
        let look = move || nsfw.look(&order, kept.iter().map(|snapshot| &snapshot.picture), &stop);
        let seconds = safety.timeout.as_secs();
        let seen = tokio::select! {
            () = job.cancel.cancelled() => return Err(Missing::Stopped),
            seen = tokio::time::timeout(safety.timeout, tokio::task::spawn_blocking(look)) => match seen {
                Ok(Ok(seen)) => seen,
                Ok(Err(_)) => Err(ModelError::Run { why: "it panicked (see the log for its last words)".to_owned() }),
                Err(_) => Err(ModelError::TimedOut { seconds }),
            },
        };
        drop(ends);
        let Seen { by, risks } =
            seen.map_err(|error| Missing::failed(MODEL, WHAT, error.kind(), &error.to_string()))?;
        for (snapshot, risk) in shared.iter().zip(&risks) {
            let place = Where::Picture { from_ms: snapshot.from_ms, to_ms: snapshot.to_ms };
            report.concerns.push(Concern::new(SEXUAL, &by, place, *risk));
        }
        report.checks.push(Check { by, what: What::Pictures(risks.len()) });
        safety_checked(MODEL, "ok", None);
        Ok(())
    }

    async fn words(
        &self,
        endpoint: &ModerationEndpoint,
        job: &Job,
        texts: &[Text],
        report: &mut Report,
    ) -> Result<(), Missing> {
        const WHAT: &str = "words by the moderation endpoint";
        let said: Vec<&Text> = texts.iter().filter(|text| !text.text.trim().is_empty()).collect();
        let fits = |text: &&&Text| text.text.chars().count() <= CHARACTERS_MAX;
        let asked: Vec<&Text> = said.iter().filter(fits).take(TEXTS_MAX).copied().collect();
        if asked.is_empty() && said.is_empty() {
            return Ok(());
        }
        let words: Vec<&str> = asked.iter().map(|text| text.text.as_str()).collect();
        let risks = self.moderator.at(endpoint, job).texts(&words).await;
        let risks = risks.map_err(|error| Missing::by_endpoint(WHAT, error, ""))?;
        if risks.len() == asked.len() {
            for (text, risks) in asked.iter().zip(&risks) {
                let place = Where::Text { place: text.place.clone(), span_ms: text.span_ms };
                add(report, &endpoint.model, &place, risks);
            }
        } else {
            let place = Where::Text { place: "all texts together".to_owned(), span_ms: None };
            for risks in &risks {
                add(report, &endpoint.model, &place, risks);
            }
        }
        report.checks.push(Check { by: endpoint.model.clone(), what: What::Texts(asked.len()) });
        if asked.len() < said.len() {
            let why = format!("{} of {} texts are too long or too many", said.len() - asked.len(), said.len());
            return Err(Missing::failed(ENDPOINT, WHAT, "too_much_text", &why));
        }
        safety_checked(ENDPOINT, "ok", None);
        Ok(())
    }

    async fn pictures(
        &self,
        endpoint: &ModerationEndpoint,
        job: &Job,
        snapshots: Option<&Snapshots>,
        report: &mut Report,
    ) -> Result<(), Missing> {
        const WHAT: &str = "pictures by the moderation endpoint";
        if endpoint.pictures == 0 {
            return Err(Missing::NotNamed(WHAT, "`pictures` in [screen.safety.endpoint] is 0"));
        }
        let Some(snapshots) = snapshots.filter(|kept| !kept.is_empty()) else {
            return Err(Missing::failed(ENDPOINT, WHAT, "no_pictures", NO_PICTURES));
        };
        let chosen = snapshots.at_most(endpoint.pictures as usize);
        let at = self.moderator.at(endpoint, job);
        let mut looked = 0;
        let mut missed = None;
        for snapshot in &chosen {
            match self.picture(&at, &snapshot.picture).await {
                Ok(risks) => {
                    let place = Where::Picture { from_ms: snapshot.from_ms, to_ms: snapshot.to_ms };
                    add(report, &endpoint.model, &place, &risks);
                    looked += 1;
                }
                Err(error) => {
                    missed = Some(error);
                    break;
                }
            }
        }
        if looked > 0 {
            report.checks.push(Check { by: endpoint.model.clone(), what: What::Pictures(looked) });
        }
        match missed {
            None => safety_checked(ENDPOINT, "ok", None),
            Some(error) => {
                let how_many = format!("{} of {}: ", chosen.len() - looked, chosen.len());
                return Err(Missing::by_endpoint(WHAT, error, &how_many));
            }
        }
        Ok(())
    }

    async fn picture(&self, at: &crate::moderation::At<'_>, picture: &Rgb) -> Result<Risks, NoAnswer> {
        let uri = jpeg::data_uri(picture);
        let uri = uri.ok_or(NoAnswer::Failed { kind: "jpeg", why: "a picture could not be coded".to_owned() })?;
        at.picture(&uri).await
    }
}

fn add(report: &mut Report, by: &str, place: &Where, risks: &Risks) {
    let concerns = risks.iter().map(|(category, risk)| Concern::new(category, by, place.clone(), *risk));
    report.concerns.extend(concerns);
}

/// Why something was not looked at.
enum Missing {
    /// The press stops.
    Stopped,
    /// Nobody was to look at it: a fact for the verdict, nothing to be mended. What, and why.
    NotNamed(&'static str, &'static str),
    /// Somebody was to look and did not; `kind` is the fixed word for metrics.
    Failed { by: &'static str, what: &'static str, kind: &'static str, why: String },
}

impl Missing {
    fn failed(by: &'static str, what: &'static str, kind: &'static str, why: &str) -> Self {
        Self::Failed { by, what, kind, why: why.to_owned() }
    }

    fn by_endpoint(what: &'static str, error: NoAnswer, how_many: &str) -> Self {
        match error {
            NoAnswer::Stopped => Self::Stopped,
            NoAnswer::Failed { kind, why } => Self::failed(ENDPOINT, what, kind, &format!("{how_many}{why}")),
        }
    }
}

/// Puts into the report what was not looked at.
fn noted(report: &mut Report, outcome: Result<(), Missing>) -> Result<(), SafetyStopped> {
    let (what, why, is_expected) = match outcome {
        Ok(()) => return Ok(()),
        Err(Missing::Stopped) => return Err(SafetyStopped),
        Err(Missing::NotNamed(what, why)) => (what, why.to_owned(), false),
        Err(Missing::Failed { by, what, kind, why }) => {
            safety_checked(by, kind, Some(&why));
            (what, why, true)
        }
    };
    report.unchecked.push(Unchecked { what: what.to_owned(), why, is_expected });
    Ok(())
}

/// Stops the model when nobody waits for it any longer.
struct Ends(Arc<Stop>);

impl Drop for Ends {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// Opens the model that the settings name and shows it a grey picture; gives its name with the blake3 of its file. `None`
/// if none is named. Blocks for about a second.
///
/// # Errors
/// [`ModelError`].
#[must_use]
pub fn check(settings: &Settings) -> Option<Result<String, ModelError>> {
    let order = Order::of(settings)?;
    let tried = || {
        let grey = Rgb { width: 64, height: 64, bytes: vec![128; 64 * 64 * 3] };
        Nsfw::default().look(&order, std::iter::once(&grey), &Stop::default())?;
        Ok(format!("open_nsfw, blake3 {}", order.read()?.1))
    };
    Some(tried())
}

/// Looks at the model's file alone, without the library: is it there, whole, and the one that is pinned?
///
/// # Errors
/// [`ModelError`].
pub fn check_file(settings: &Settings) -> Result<(), ModelError> {
    Order::of(settings).map_or(Ok(()), |order| order.read().map(drop))
}
