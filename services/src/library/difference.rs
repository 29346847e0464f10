//! How two texts differ, line by line.

use domain::view::library::{Difference, DifferentLine, DifferentPlace};
use similar::{ChangeTag, TextDiff};

/// So many lines a text may have to be compared: finding out takes the product of length and differences.
const LINES_MAX: usize = 20_000;
/// So many lines of differences are shown.
const SHOWN_MAX: usize = 3_000;
/// So many equal lines stand around each place.
const AROUND: usize = 3;

/// The difference from `old` to `new`.
#[must_use]
pub fn difference(old: &str, new: &str) -> Difference {
    if old == new {
        return Difference::default();
    }
    if old.lines().count().max(new.lines().count()) > LINES_MAX {
        return Difference { too_long: true, ..Difference::default() };
    }
    let diff = TextDiff::configure().algorithm(similar::Algorithm::Patience).diff_lines(old, new);
    let (mut out, mut shown) = (Difference::default(), 0);
    for group in diff.grouped_ops(AROUND) {
        let mut lines = Vec::new();
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            match change.tag() {
                ChangeTag::Insert => out.added += 1,
                ChangeTag::Delete => out.removed += 1,
                ChangeTag::Equal => {}
            }
            shown += 1;
            if shown > SHOWN_MAX {
                out.left_out += 1;
                continue;
            }
            lines.push(DifferentLine {
                old: change.old_index().map(|before| before + 1),
                new: change.new_index().map(|before| before + 1),
                text: change.value().trim_end_matches(['\n', '\r']).to_owned(),
            });
        }
        if !lines.is_empty() {
            out.places.push(DifferentPlace { lines });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_say_where_they_stand_in_both_texts() {
        let old = "a\nb\nc\nd\ne\nf\ng\nh\n";
        let new = "a\nb\nc\nd\nE\nf\ng\nh\ni\n";
        let found = difference(old, new);
        assert_eq!((found.added, found.removed, found.places.len()), (2, 1, 1));
        let lines = &found.places[0].lines;
        assert_eq!(lines[0], DifferentLine { old: Some(2), new: Some(2), text: "b".to_owned() });
        let changed: Vec<_> = lines.iter().filter(|l| l.old.is_none() || l.new.is_none()).collect();
        assert_eq!(*changed[0], DifferentLine { old: Some(5), new: None, text: "e".to_owned() });
        assert_eq!(*changed[1], DifferentLine { old: None, new: Some(5), text: "E".to_owned() });
        assert_eq!(*changed[2], DifferentLine { old: None, new: Some(9), text: "i".to_owned() });
        assert_eq!(difference(old, old), Difference::default());
    }

    #[test]
    fn far_places_stand_apart_and_much_is_cut_short() {
        let many = |n: usize, word: &str| (0..n).map(|i| format!("{word}{i}\n")).collect::<String>();
        let old = many(200, "l");
        let found = difference(&old, &old.replace("l10\n", "x\n").replace("l150\n", "y\n"));
        assert_eq!(found.places.len(), 2);
        let found = difference(&many(2_000, "a"), &many(2_000, "b"));
        assert_eq!((found.added, found.removed, found.left_out), (2_000, 2_000, 1_000));
        assert!(difference("", &"x\n".repeat(LINES_MAX + 1)).too_long);
    }
}
