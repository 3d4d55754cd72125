//! Which phoneme belongs to which word.
//!
//! espeak-ng reads a whole clause better than its words one by one: it knows that `the` before a vowel is `ðɪ`, and that
//! `a` is no letter's name. But what it gives for a clause is not cut as the text is: `of the` is one group, `2,000` is
//! two. So each word is asked for on its own too, and the two readings are laid side by side, as with two spellings of one
//! word: the cheapest way to turn one into the other tells which sound is whose.

/// One place of the words' own readings put together.
#[derive(Clone, Copy)]
struct Place {
    symbol: char,
    word: usize,
}

/// What it costs to leave a symbol out, or to put one in: stress comes and goes, a blank should find a blank.
fn gap(symbol: char) -> u32 {
    match symbol {
        'ˈ' | 'ˌ' | 'ː' => 1,
        ' ' => 3,
        _ => 2,
    }
}

/// What it costs to read one symbol for another; `None` where that makes no sense.
fn swap(a: char, b: char) -> Option<u32> {
    let is_sound = |symbol: char| !matches!(symbol, ' ' | 'ˈ' | 'ˌ' | 'ː');
    match (a == b, is_sound(a) && is_sound(b), is_vowel(a) == is_vowel(b)) {
        (true, ..) => Some(0),
        (_, true, true) => Some(2),
        (_, true, false) => Some(3),
        (_, false, _) => None,
    }
}

fn is_vowel(symbol: char) -> bool {
    "AIOQWYaeiouyæøœɐɑɒɔəɚɛɜɤɨɪɯʊʌᵊᵻ".contains(symbol)
}

/// For each symbol of the clause the word that it is of: from 0, never falling, each below `words.len()`. Takes time by
/// the product of both lengths.
pub(super) fn words_of(clause: &[char], words: &[Vec<char>]) -> Vec<usize> {
    let mut places = Vec::new();
    for (word, symbols) in words.iter().enumerate() {
        if word > 0 {
            places.push(Place { symbol: ' ', word: word - 1 });
        }
        places.extend(symbols.iter().map(|symbol| Place { symbol: *symbol, word }));
    }
    let width = clause.len() + 1;
    // `costs[place * width + at]`: the cheapest way from the first `at` symbols to the first `place` places.
    let mut costs = vec![0_u32; (places.len() + 1) * width];
    for at in 1..width {
        costs[at] = costs[at - 1] + gap(clause[at - 1]);
    }
    for (row, place) in places.iter().enumerate() {
        let (above, here) = (row * width, (row + 1) * width);
        costs[here] = costs[above] + gap(place.symbol);
        for at in 1..width {
            let symbol = clause[at - 1];
            let swapped = swap(symbol, place.symbol).map(|cost| costs[above + at - 1] + cost);
            let left = (costs[above + at] + gap(place.symbol)).min(costs[here + at - 1] + gap(symbol));
            costs[here + at] = swapped.map_or(left, |swapped| swapped.min(left));
        }
    }
    walk_back(clause, &places, &costs)
}

fn walk_back(clause: &[char], places: &[Place], costs: &[u32]) -> Vec<usize> {
    let width = clause.len() + 1;
    let mut words = vec![0; clause.len()];
    let (mut row, mut at) = (places.len(), clause.len());
    let last = places.last().map_or(0, |place| place.word);
    while at > 0 {
        let symbol = clause[at - 1];
        // A symbol that the word's own reading lacks is of the word that was being read.
        let reading = row.checked_sub(1).map_or(0, |row| places[row].word.min(last));
        let here = costs[row * width + at];
        if row > 0 {
            let place = places[row - 1];
            let swapped = swap(symbol, place.symbol).map(|cost| costs[(row - 1) * width + at - 1] + cost);
            if swapped == Some(here) {
                words[at - 1] = place.word;
                (row, at) = (row - 1, at - 1);
                continue;
            }
            if costs[(row - 1) * width + at] + gap(place.symbol) == here {
                row -= 1;
                continue;
            }
        }
        words[at - 1] = reading;
        at -= 1;
    }
    words
}
