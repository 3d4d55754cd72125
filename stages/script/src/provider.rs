//! What is kept of a provider over items and reloads: its connection, its pace, its breaker, and what it cannot do.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use reelpress_config::{Name, Provider, SchemaMode};
use reelpress_core::{Breaker, events};
use reelpress_endpoint::{Callee, Calls, Failure, Limits, Line, Pace, Reach};

pub(crate) static CALLEE: Callee = Callee {
    what: "language model endpoint",
    table: "script.providers",
    shape: "model, max_tokens, new_token_field, temperature and schema",
    refusals: &[],
};

/// All providers that were ever asked, by name. A name of the config file has one entry, so there are as many as there
/// were names.
#[derive(Default)]
pub(crate) struct Providers(Mutex<BTreeMap<Name, Arc<Known>>>);

/// One provider as far as it is known by now.
pub(crate) struct Known {
    pub(crate) name: String,
    pub(crate) breaker: Breaker,
    pub(crate) pace: Arc<Pace>,
    line: Arc<Line>,
    /// It was told what shape the answer should have, and did not understand.
    refuses_schema: AtomicBool,
    identity: (Reach, String, SchemaMode),
    limits: Limits,
}

impl Providers {
    /// The provider as these settings have it. Another address, key or model is another provider, but it buys no extra
    /// calls.
    ///
    /// # Errors
    /// [`Failure::Setup`] if the settings cannot be used.
    pub(crate) fn get(&self, name: &Name, provider: &Provider) -> Result<Arc<Known>, Failure> {
        let limits = Limits {
            calls_per_minute: provider.calls_per_minute,
            tokens_per_minute: provider.tokens_per_minute,
            concurrency: provider.concurrency,
        };
        let Provider { base_url, api_key, timeout, .. } = provider.clone();
        let identity = (Reach { base_url, api_key, timeout }, provider.model.clone(), provider.schema);
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = all.get(name);
        if let Some(known) = before.filter(|known| known.identity == identity && known.limits == limits) {
            return Ok(Arc::clone(known));
        }
        let pace = match before.filter(|known| known.limits == limits) {
            Some(known) => {
                known.pace.forget();
                Arc::clone(&known.pace)
            }
            None => Arc::new(Pace::new(&CALLEE, limits)),
        };
        let known = Arc::new(Known {
            name: name.to_string(),
            breaker: Breaker::of_provider(name.as_str()),
            pace,
            line: Calls::new(&CALLEE, NonZeroU32::MIN).line(identity.0.clone())?,
            refuses_schema: AtomicBool::new(false),
            identity,
            limits,
        });
        all.insert(name.clone(), Arc::clone(&known));
        Ok(known)
    }
}

impl Known {
    pub(crate) fn line(&self) -> &Line {
        &self.line
    }

    /// How it is asked for JSON now.
    pub(crate) fn schema(&self) -> SchemaMode {
        if self.refuses_schema.load(Ordering::Relaxed) { SchemaMode::None } else { self.identity.2 }
    }

    /// Learns from a failure that it does not know `response_format`; false if the failure says nothing of the kind.
    pub(crate) fn learns_from(&self, failure: &Failure) -> bool {
        let Failure::BadRequest { parameter, said, .. } = failure else { return false };
        let about = format!("{parameter} {said}").to_lowercase();
        let named = ["response_format", "json_schema", "json_object", "structured output", "grammar"];
        if self.schema() == SchemaMode::None || !named.iter().any(|word| about.contains(word)) {
            return false;
        }
        self.refuses_schema.store(true, Ordering::Relaxed);
        events::provider_without_schema(&self.name, said);
        true
    }
}
