//! Reads posts in an outbox as the person who publishes them would.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

/// A post's `post.json`, once its folder is found whole: the four files and nothing else, each as measured.
///
/// # Errors
/// What is wrong with it, in one sentence.
pub fn whole(post: &Path) -> Result<Value, String> {
    let problem = |what: &str| format!("{}: {what}", post.display());
    let read = |name: &str| std::fs::read(post.join(name)).map_err(|error| problem(&format!("{name}: {error}")));
    let facts: Value =
        serde_json::from_slice(&read("post.json")?).map_err(|error| problem(&format!("post.json: {error}")))?;
    let mut named = BTreeSet::from(["post.json".to_owned()]);
    for file in facts["files"].as_array().ok_or_else(|| problem("post.json names no files"))? {
        let name = file["name"].as_str().ok_or_else(|| problem("post.json has a file without a name"))?;
        let bytes = read(name)?;
        if file["blake3"] != blake3::hash(&bytes).to_hex().as_str() || file["bytes"] != bytes.len() {
            return Err(problem(&format!("{name} is not what post.json says")));
        }
        named.insert(name.to_owned());
    }
    let entries = std::fs::read_dir(post).map_err(|error| problem(&error.to_string()))?;
    let there: BTreeSet<String> =
        entries.filter_map(Result::ok).map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    let wanted = ["caption.txt", "post.json", "poster.png", "video.mp4"].map(str::to_owned);
    if there != named || there != BTreeSet::from(wanted) {
        return Err(problem(&format!("holds {there:?} and names {named:?}")));
    }
    let video = facts["files"].as_array().and_then(|files| files.iter().find(|file| file["name"] == "video.mp4"));
    if video.is_none_or(|video| video["blake3"] != facts["approval"]["cut_hash"]) {
        return Err(problem("its video is not the one that was approved"));
    }
    Ok(facts)
}
