//! `[screen.safety]`

use super::sections::{duration, path, places};
use super::{Section, show_reference};
use crate::settings::Safety;

pub(super) fn safety(safety: &Safety, sections: &mut Vec<Section>) {
    sections.push(
        Section::new("screen.safety")
            .optional("nsfw_model", safety.nsfw_model.as_deref().map(path))
            .optional("nsfw_model_hash", safety.nsfw_model_hash.clone().map(Into::into))
            .optional("library", safety.library.as_deref().map(path))
            .with("pictures", places(safety.pictures.get()))
            .with("timeout", duration(safety.timeout))
            .with("hold_below", safety.hold_below.into())
            .optional("reject_below", safety.reject_below.map(Into::into))
            .with("required", safety.required.into()),
    );
    if let Some(endpoint) = &safety.endpoint {
        let reference = endpoint.api_key.as_ref().and_then(crate::Secret::reference);
        sections.push(
            Section::new("screen.safety.endpoint")
                .with("base_url", endpoint.base_url.to_string().into())
                .with("model", endpoint.model.clone().into())
                .optional("api_key", reference.map(show_reference))
                .with("timeout", duration(endpoint.timeout))
                .with("attempts", endpoint.attempts.get().into())
                .with("longest_wait", duration(endpoint.longest_wait))
                .with("calls_per_minute", endpoint.calls_per_minute.get().into())
                .with("pictures", endpoint.pictures.into()),
        );
    }
}
