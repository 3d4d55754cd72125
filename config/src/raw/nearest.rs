//! "Did you mean": the known word nearest to a mistyped one.

/// The known word that is nearest to `typed`, if it is near enough to be what was meant.
#[must_use]
pub fn nearest<'k>(typed: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    // Long words are no typing mistakes, and the distance is quadratic in them.
    if typed.len() > 64 {
        return None;
    }
    let limit = (typed.chars().count() / 3).max(1);
    known
        .into_iter()
        .map(|word| (distance(typed, word), word))
        .filter(|(distance, word)| *distance <= limit || is_part(typed, word))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

/// `min_free_bytes` for `min_free`, `gap` for `min_gap`.
fn is_part(typed: &str, word: &str) -> bool {
    let (short, long) = if typed.len() < word.len() { (typed, word) } else { (word, typed) };
    short.len() >= 3
        && (long.strip_prefix(short).is_some_and(|rest| rest.starts_with('_'))
            || long.strip_suffix(short).is_some_and(|rest| rest.ends_with('_')))
}

/// How many characters to change, add, drop or swap with the next one.
fn distance(left: &str, right: &str) -> usize {
    let left: Vec<char> = left.chars().collect();
    let right: Vec<char> = right.chars().collect();
    let mut rows = vec![vec![0; right.len() + 1]; left.len() + 1];
    for (index, row) in rows.iter_mut().enumerate() {
        row[0] = index;
    }
    rows[0] = (0..=right.len()).collect();
    for i in 1..=left.len() {
        for j in 1..=right.len() {
            let change = rows[i - 1][j - 1] + usize::from(left[i - 1] != right[j - 1]);
            rows[i][j] = change.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
            if i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1] {
                rows[i][j] = rows[i][j].min(rows[i - 2][j - 2] + 1);
            }
        }
    }
    rows[left.len()][right.len()]
}
