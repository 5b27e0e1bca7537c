//! Whether the far end of a copper pair has gone, when the modem's word is not enough.
//!
//! Hanging up on somebody who calls for help is worse than a line that stays busy for a few
//! seconds, so two independent witnesses must agree, or one of them must insist (hardware.md 3.2).

use std::time::Duration;

use crate::base::sound::LineTone;
use crate::base::time::Tick;
use crate::line::heard::CallNo;

/// A piece of evidence.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Evidence {
    /// The modem reported a tone twice within ten seconds.
    Hints,
    /// The modem reported a break of the loop current.
    LoopBreak,
    /// Our own ears heard the exchange.
    Own(LineTone),
}

/// What has been heard of one call's end.
#[derive(Debug, Default)]
pub(super) struct Gone {
    about: Option<CallNo>,
    hinted: Option<Tick>,
    broke: Option<Tick>,
    heard: Option<(LineTone, Tick)>,
}

impl Gone {
    /// Takes a piece of evidence about a call; whether that proves it. What was heard of another
    /// call counts no more.
    pub(super) fn is_proven(&mut self, now: Tick, call: CallNo, piece: Evidence) -> bool {
        if self.about != Some(call) {
            *self = Gone {
                about: Some(call),
                ..Gone::default()
            };
        }
        let agrees = |at: Option<Tick>| at.is_some_and(|at| now.since(at) <= AGREE_WITHIN);
        let own = agrees(self.heard.map(|(_, at)| at));
        let (hinted, broke) = (agrees(self.hinted), agrees(self.broke));
        match piece {
            Evidence::Hints => {
                self.hinted = Some(now);
                own || broke
            }
            Evidence::LoopBreak => {
                self.broke = Some(now);
                own || hinted
            }
            Evidence::Own(tone) => {
                let before = self.heard.replace((tone, now));
                let insists = before
                    .is_some_and(|(same, at)| same == tone && now.since(at) <= HEARD_TWICE_WITHIN);
                hinted || broke || insists
            }
        }
    }
}

/// Two witnesses of the same end speak within this time (hardware.md 3.2).
const AGREE_WITHIN: Duration = Duration::from_secs(10);

/// Our own ears tell a cadence anew every few seconds while it goes on.
const HEARD_TWICE_WITHIN: Duration = Duration::from_secs(15);

#[cfg(test)]
mod tests {
    use super::Evidence::{Hints, LoopBreak, Own};
    use super::*;

    /// Pieces with their seconds; whether the last of them proves it.
    fn proves(pieces: &[(u64, Evidence)]) -> bool {
        let mut gone = Gone::default();
        let mut proven = false;
        for (second, piece) in pieces {
            let now = Tick(0) + Duration::from_secs(100 + second);
            proven = gone.is_proven(now, CallNo(1), *piece);
        }
        proven
    }

    #[test]
    fn two_witnesses_or_one_that_insists() {
        let (busy, dial) = (Own(LineTone::Busy), Own(LineTone::Dial));
        let congestion = Own(LineTone::Congestion);
        for (pieces, expected) in [
            (&[(0, Hints)][..], false),
            (&[(0, Hints), (4, Hints)], false),
            (&[(0, Hints), (10, busy)], true),
            (&[(0, Hints), (11, busy)], false),
            (&[(0, busy), (10, Hints)], true),
            (&[(0, busy), (11, Hints)], false),
            (&[(0, dial)], false),
            (&[(0, dial), (15, dial)], true),
            (&[(0, dial), (16, dial)], false),
            (&[(0, dial), (5, busy)], false),
            (&[(0, dial), (5, busy), (9, busy)], true),
            (&[(0, congestion), (3, congestion)], true),
            (&[(0, LoopBreak)], false),
            (&[(0, LoopBreak), (5, LoopBreak)], false),
            (&[(0, LoopBreak), (9, Hints)], true),
            (&[(0, Hints), (9, LoopBreak)], true),
            (&[(0, LoopBreak), (9, dial)], true),
            (&[(0, dial), (9, LoopBreak)], true),
            (&[(0, LoopBreak), (11, dial)], false),
        ] {
            assert_eq!(proves(pieces), expected, "{pieces:?}");
        }
    }

    #[test]
    fn what_was_heard_of_one_call_says_nothing_of_the_next() {
        let mut gone = Gone::default();
        let heard = Own(LineTone::Busy);
        assert!(!gone.is_proven(Tick(0), CallNo(1), heard));
        assert!(!gone.is_proven(Tick(0), CallNo(2), heard));
        assert!(gone.is_proven(Tick(0), CallNo(2), heard));
    }
}
