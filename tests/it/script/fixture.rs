//! Settings and briefs for the script stage.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::time::Duration;

use reelpress_config::{Live, Name, Niche, Provider, Script, Secret, Settings};
use reelpress_vocabulary::{Brief, Topic, testing};
use url::Url;

/// A key that no test may find in an error.
pub(super) const KEY: &str = "sk-sandbox-0123456789";

pub(super) fn openai(base_url: &str) -> Provider {
    Provider {
        api_key: Some(Secret::new(KEY.to_owned())),
        timeout: Duration::from_secs(20),
        max_tokens: 1_200,
        new_token_field: true,
        calls_per_minute: NonZeroU32::new(600_000).unwrap(),
        ..Provider::new(Url::parse(base_url).unwrap(), "sandbox")
    }
}

pub(super) fn settings_with(provider: Provider) -> Live {
    let script = Script::default().without_builtin();
    Live::new(settings(script.with_provider(Name::parse("cloud").unwrap(), provider)))
}

pub(super) fn builtin() -> Live {
    Live::new(settings(Script::default()))
}

pub(super) fn brief() -> Brief {
    let title = "An octopus has three hearts";
    let topic = Topic {
        summary: "An octopus lives with three hearts, blue blood and no bones at all. Two hearts push blood \
                  through the gills, and the third sends it to the rest of the body. That third heart stops \
                  beating while the animal swims, which is one reason why octopuses prefer to crawl. About 500 \
                  million neurons run through the body, and roughly two thirds of them sit in the arms. Each arm \
                  can taste what it touches."
            .to_owned(),
        evidence: vec![testing::evidence(title, "https://example.org/hearts")],
        ..testing::topic(title)
    };
    testing::brief(topic, "one")
}

fn settings(script: Script) -> Settings {
    let niche = Niche { hashtags: vec!["science".to_owned()], ..Niche::default() };
    Settings { niches: BTreeMap::from([(Name::parse("science").unwrap(), niche)]), script, ..Settings::default() }
}
