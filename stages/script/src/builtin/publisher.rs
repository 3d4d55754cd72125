//! Who stands behind a page's address.

use reelpress_vocabulary::Source;

/// Who stands behind a host, for the screen: `en.wikipedia.org` is `Wikipedia`, `fisheries.noaa.gov` is `NOAA`. The
/// address itself stays out of the picture: platforms refuse links in it.
pub(super) fn publisher(host: &str) -> String {
    let mut labels: Vec<&str> = host.split('.').collect();
    labels.pop();
    let second_level = ["ac", "co", "com", "edu", "gov", "org"];
    if labels.len() > 1 && labels.last().is_some_and(|label| second_level.contains(label)) {
        labels.pop();
    }
    let name = labels.last().copied().unwrap_or(host);
    if name.len() <= 4 {
        return name.to_uppercase();
    }
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The first source's host, without `www.`.
pub(super) fn host(sources: &[Source]) -> Option<&str> {
    sources.iter().find_map(|source| source.link.host_str()).map(|host| host.trim_start_matches("www."))
}
