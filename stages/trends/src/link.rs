//! Which links are the same: http and https, `www.`, tracking parameters, fragments and a last slash make no difference.

#[cfg(test)]
mod tests;

use url::Url;

/// Parameters that say where a reader came from, not what is read.
const TRACKING: [&str; 24] = [
    "_hsenc",
    "_hsmi",
    "at_campaign",
    "at_medium",
    "band_rank",
    "cmp",
    "cmpid",
    "dclid",
    "fbclid",
    "gclid",
    "igshid",
    "ito",
    "mc_cid",
    "mc_eid",
    "msclkid",
    "ns_campaign",
    "ns_mchannel",
    "ref",
    "ref_src",
    "smid",
    "spm",
    "srnd",
    "twclid",
    "yclid",
];

/// The link as plain text that is equal for equal links; `None` if it is not http or https.
pub(crate) fn canonical(link: &Url) -> Option<String> {
    if !matches!(link.scheme(), "http" | "https") {
        return None;
    }
    let host = link.host_str()?.trim_end_matches('.');
    let mut text = host.strip_prefix("www.").unwrap_or(host).to_owned();
    if let Some(port) = link.port() {
        text.push(':');
        text.push_str(&port.to_string());
    }
    text.push_str(link.path().trim_end_matches('/'));
    let mut pairs = link
        .query()
        .unwrap_or("")
        .split('&')
        .filter(|pair| {
            let name = pair.split('=').next().unwrap_or("").to_ascii_lowercase();
            !pair.is_empty() && !name.starts_with("utm_") && !TRACKING.contains(&name.as_str())
        })
        .collect::<Vec<_>>();
    pairs.sort_unstable();
    for (at, pair) in pairs.into_iter().enumerate() {
        text.push(if at == 0 { '?' } else { '&' });
        text.push_str(pair);
    }
    Some(text)
}

/// A link worth keeping: http or https, of at most 2,048 bytes, without a user name or password.
pub(crate) fn usable(text: &str, base: Option<&Url>) -> Option<Url> {
    let text = text.trim();
    if text.is_empty() || text.len() > 2_048 {
        return None;
    }
    let link = match base {
        Some(base) => base.join(text).ok()?,
        None => Url::parse(text).ok()?,
    };
    let plain = matches!(link.scheme(), "http" | "https") && link.username().is_empty() && link.password().is_none();
    (plain && link.has_host() && link.as_str().len() <= 2_048).then_some(link)
}
