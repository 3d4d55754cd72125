//! `docs/SIMILARITY.md`: what "similar" means, and the table of this run.

use std::fmt::Write as _;

use crate::robust::Table;
use crate::shorts::Half;

const HEAD: &str = include_str!("../similarity.md");

/// The whole page.
pub(crate) fn page(seed: u64, tables: &[Table]) -> String {
    let mut page = HEAD.to_owned();
    for table in tables {
        let kind = if table.half == Half::HeldOut { "judged" } else { "tuned on" };
        // Writing to a string cannot fail.
        writeln!(page, "\n### {}: {} shorts, seed {seed}\n", capital(table.half.name()), table.bases.len()).ok();
        writeln!(page, "Templates {kind}: {}.\n", table.half.templates().join(", ")).ok();
        page.push_str(
            "| copy | rejected (95 %) | held or rejected | vPDQ | wanted | |\n| --- | --- | --- | --- | --- | --- |\n",
        );
        for line in &table.lines {
            let plain = line.plain.filter(|_| line.rejected.of > 0);
            let plain = plain.map_or_else(|| "-".to_owned(), |plain| format!("{:.2}", plain.value()));
            let word = line.kept().map_or("not tried", |(_, is_kept)| if is_kept { "kept" } else { "**missed**" });
            let (rejected, held) = (line.rejected.text(), line.held.text());
            writeln!(page, "| {} | {rejected} | {held} | {plain} | {} | {word} |", line.name, line.wanted.text()).ok();
        }
        let all = &table.different;
        writeln!(
            page,
            "\nDifferent shorts: {} pairs, {} of them of one template. Rejected {}, held {}; the largest share is {:.2}. vPDQ: {}.",
            all.pairs, all.of_one_template, all.rejected, all.held, all.most, all.plain
        )
        .ok();
    }
    page
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + letters.as_str())
}
