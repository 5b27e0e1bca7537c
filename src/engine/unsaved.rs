//! What has been recorded but is not on disk yet, and what waits for it.

use std::collections::VecDeque;

use super::bus::{Alert, DurableFact};
use super::core::ReplyTo;
use super::lines::Text;
use crate::base::ids::Seq;
use crate::base::limits;
use crate::base::time::Tick;
use crate::desk::order::Receipt;

/// Something that may happen only after everything recorded before it is on disk.
#[derive(Debug)]
pub enum After {
    /// Tell every listener.
    Say(DurableFact),
    /// The same of something that is no fact.
    Alert(Alert),
    /// Tell the person who asked.
    Reply(ReplyTo, Receipt),
    SessionReply(ReplyTo),
    /// The text lies in these slots of the modem of this line and may be deleted there.
    KeepSms {
        line: usize,
        slots: Vec<u16>,
    },
    /// The text may be handed to a modem.
    SendSms(Text),
}

/// The queue of batches the store has not confirmed.
#[derive(Default)]
pub struct Unsaved {
    batches: VecDeque<Handed>,
    /// What the next batch will release.
    gathering: Vec<After>,
    entries: usize,
    next_ticket: u64,
    durable: Seq,
    /// The disk says that it refuses.
    down: bool,
    /// It says nothing for too long, which has been told.
    late: bool,
    /// The time, as of the last input.
    now: Tick,
    last_snapshot: Seq,
}

struct Handed {
    ticket: u64,
    entries: usize,
    head: Seq,
    since: Tick,
    after: Vec<After>,
}

impl Unsaved {
    /// Entries not on disk.
    pub fn entries(&self) -> usize {
        self.entries
    }

    /// Newest entry on disk, as far as this run knows.
    pub fn durable(&self) -> Seq {
        self.durable
    }

    pub fn is_empty(&self) -> bool {
        self.batches.is_empty()
    }

    /// Whether the disk refuses at the moment, or does not answer.
    pub fn is_down(&self) -> bool {
        self.down || self.late
    }

    /// It is later now.
    pub fn pass(&mut self, now: Tick) {
        self.now = now;
    }

    /// When the disk's silence is to be told.
    pub fn due(&self) -> Option<Tick> {
        let entries = self.batches.iter().find(|batch| batch.entries > 0);
        let due = entries.map(|oldest| oldest.since + limits::DISK_SILENT);
        due.filter(|_| !self.is_down())
    }

    /// Whether the disk has been silent for too long as of now, and nobody was told.
    pub fn is_news(&mut self) -> bool {
        let is_news = self.due().is_some_and(|due| due <= self.now);
        self.late |= is_news;
        is_news
    }

    /// It has answered: whether that is news.
    pub fn answered(&mut self) -> bool {
        let was_late = std::mem::take(&mut self.late);
        was_late && !self.down
    }

    pub fn set_down(&mut self, down: bool) {
        self.down = down;
    }

    /// Adds something to be released by the next batch.
    pub fn wait(&mut self, after: After) {
        self.gathering.push(after);
    }

    /// A batch goes to the store; returns its ticket.
    pub fn handed_over(&mut self, entries: usize, head: Seq) -> u64 {
        self.next_ticket += 1;
        self.entries += entries;
        let after = std::mem::take(&mut self.gathering);
        self.batches.push_back(Handed {
            ticket: self.next_ticket,
            entries,
            head,
            since: self.now,
            after,
        });
        self.next_ticket
    }

    /// A batch that holds only a session change.
    pub fn wait_session(&mut self, reply: ReplyTo) -> u64 {
        let waiting = std::mem::take(&mut self.gathering);
        self.gathering.push(After::SessionReply(reply));
        let head = self.batches.back().map_or(self.durable, |batch| batch.head);
        let ticket = self.handed_over(0, head);
        self.gathering = waiting;
        ticket
    }

    /// Nothing was recorded, so what gathers waits for the newest batch instead; returned at once
    /// when everything is on disk already.
    pub fn nothing_new(&mut self) -> Vec<After> {
        let waiting = std::mem::take(&mut self.gathering);
        match self.batches.back_mut() {
            Some(batch) => {
                batch.after.extend(waiting);
                Vec::new()
            }
            None => waiting,
        }
    }

    /// Everything up to `ticket` is on disk: returns what waited for it, in order.
    pub fn committed(&mut self, ticket: u64) -> Vec<After> {
        let mut released = Vec::new();
        while self
            .batches
            .front()
            .is_some_and(|batch| batch.ticket <= ticket)
        {
            let Some(batch) = self.batches.pop_front() else {
                break;
            };
            self.entries -= batch.entries;
            self.durable = self.durable.max(batch.head);
            released.extend(batch.after);
        }
        released
    }

    /// Whether the desk should be written down whole with the batch that ends at `head`.
    pub fn snapshot_due(&mut self, head: Seq) -> Option<Seq> {
        if head.0 < self.last_snapshot.0 + limits::SNAPSHOT_ENTRIES {
            return None;
        }
        self.last_snapshot = head;
        Some(head)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(number: u64) -> After {
        After::Reply(number, Receipt::default())
    }

    fn replies(after: &[After]) -> Vec<u64> {
        after
            .iter()
            .filter_map(|one| match one {
                After::Reply(number, _) => Some(*number),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn an_answer_comes_only_after_its_batch_is_on_disk() {
        let mut unsaved = Unsaved::default();
        unsaved.wait(reply(1));
        let first = unsaved.handed_over(2, Seq(2));
        unsaved.wait(reply(2));
        let second = unsaved.handed_over(1, Seq(3));
        assert_eq!(unsaved.entries(), 3);
        assert_eq!(replies(&unsaved.committed(first)), [1]);
        assert_eq!(replies(&unsaved.committed(second)), [2]);
        assert!(unsaved.is_empty());
        assert_eq!(unsaved.durable(), Seq(3));
    }

    #[test]
    fn agreeing_with_what_is_not_on_disk_yet_waits_for_it() {
        let mut unsaved = Unsaved::default();
        unsaved.wait(reply(1));
        let ticket = unsaved.handed_over(1, Seq(1));
        unsaved.wait(reply(2));
        assert!(unsaved.nothing_new().is_empty());
        assert_eq!(replies(&unsaved.committed(ticket)), [1, 2]);
        unsaved.wait(reply(3));
        assert_eq!(replies(&unsaved.nothing_new()), [3]);
    }
}
