//! What is wrong is told once, not at every look.

/// What was told of one port.
#[derive(Default)]
pub(super) struct Telling {
    /// What was last told to be wrong.
    told: Option<&'static str>,
    /// What has been wrong since, and how many times in a row.
    seen: Option<(&'static str, u32)>,
}

impl Telling {
    /// It fails in this way (a code's id): whether that is to be told.
    pub(super) fn fails(&mut self, kind: &'static str) -> bool {
        let times = match self.seen {
            Some((seen, times)) if seen == kind => times.saturating_add(1),
            _ => 1,
        };
        self.seen = Some((kind, times));
        // A device that has just come back is `denied` or `busy` for a moment, until udev is
        // through with it: what replaces an earlier trouble must last for two looks.
        let lasts = self.told.is_none() || times >= 2;
        let is_news = self.told != Some(kind) && lasts;
        if is_news {
            self.told = Some(kind);
        }
        is_news
    }

    /// It works: the next trouble is news again.
    pub(super) fn works(&mut self) {
        *self = Telling::default();
    }

    /// Whether something was told to be wrong, and is.
    pub(super) fn is_trouble(&self) -> bool {
        self.told.is_some()
    }

    /// Somebody asked, so they get an answer, even the one they had before.
    pub(super) fn ask_again(&mut self) {
        self.told = None;
    }

    /// Its loss has been told in other words than this kind, which says nothing new.
    pub(super) fn was_told(&mut self, kind: &'static str) {
        self.told = Some(kind);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trouble_is_told_once_and_what_replaces_it_must_last() {
        let mut telling = Telling::default();
        assert!(telling.fails("A"));
        assert!(!telling.fails("A"));
        assert!(!telling.fails("B"), "for a moment only");
        assert!(!telling.fails("A"));
        assert!(!telling.fails("B"));
        assert!(telling.fails("B"));
        telling.works();
        assert!(telling.fails("B"), "after it worked it is news");
        telling.ask_again();
        assert!(telling.fails("B"), "somebody asked");
        telling.was_told("C");
        assert!(!telling.fails("C"));
    }
}
