//! Texts that came: read, told, and deleted from the modem once they are durable.
//!
//! A store that fills up silences all further texts on some sticks (hardware.md 4.1), so it is
//! listed at the start, every hour and whenever it says that it is full; and nothing is deleted
//! before the centre has said that it keeps it.

use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use super::boot::Part;
use super::heard::{Outcome, Reply, SmsHeard, SmsText};
use super::machine::Machine;
use super::queue::Why;
use super::timers::Timer;
use super::words::Event;
use crate::base::limits;
use crate::base::time::Tick;

/// The modem's stores as this line knows them.
#[derive(Debug, Default)]
pub(super) struct Inbox {
    /// The store that reading and deleting go to now.
    selected: Option<String>,
    /// Every store that messages were seen in.
    stores: Vec<String>,
    work: VecDeque<Task>,
    /// A task's command is out.
    busy: bool,
    /// Told to the centre and not yet deleted.
    told: Vec<Told>,
    /// It has been told that the store is full.
    full_told: bool,
    /// A purge has been tried since the store was last found full.
    purged: bool,
    /// Direct messages told and to be confirmed to the network once they are durable.
    unconfirmed: usize,
    /// Which of the profile's ways to confirm is used; past the last: the modem wants none.
    ack_form: usize,
    /// The read in flight brought a delivery report, which nobody needs to keep.
    report_read: bool,
}

/// Something to be done in a store; `None` is the selected one.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Task {
    List(Option<String>),
    Read(Option<String>, u16),
    Delete(Option<String>, u16),
    Count,
    Purge,
}

impl Task {
    fn store(&self) -> Option<&String> {
        match self {
            Task::List(store) | Task::Read(store, _) | Task::Delete(store, _) => store.as_ref(),
            Task::Count | Task::Purge => None,
        }
    }
}

/// A message that lies in a store and was told.
#[derive(Debug)]
struct Told {
    store: Option<String>,
    /// Every part's place; those deleted are gone from it.
    slots: Vec<u16>,
    /// Tells it from another message in the same place.
    print: u64,
    kept: bool,
}

impl Inbox {
    /// A new boot: the selection is void, what is kept and told is not.
    pub(super) fn begin(&mut self) {
        self.selected = None;
        self.ack_form = 0;
        self.unconfirmed = 0;
        self.interrupted();
    }

    /// What was being said to the modem is void.
    pub(super) fn interrupted(&mut self) {
        self.work.clear();
        self.busy = false;
        self.report_read = false;
    }

    fn add(&mut self, task: Task) {
        if self.work.len() < limits::INBOX_SLOTS_MAX && !self.work.contains(&task) {
            self.work.push_back(task);
        }
    }

    /// Deleting what is kept has not worked yet, or was interrupted.
    fn delete_kept(&mut self) {
        let kept = self.told.iter().filter(|told| told.kept);
        let tasks: Vec<Task> = kept
            .flat_map(|told| {
                let delete = |slot: &u16| Task::Delete(told.store.clone(), *slot);
                told.slots.iter().map(delete)
            })
            .collect();
        for task in tasks {
            self.add(task);
        }
    }

    fn knows(&mut self, store: &str) -> Option<String> {
        if store.is_empty() {
            return None;
        }
        let store = store.to_owned();
        if !self.stores.contains(&store) && self.stores.len() < STORES_MAX {
            self.stores.push(store.clone());
        }
        Some(store)
    }
}

impl Machine {
    pub(super) fn sms_heard(&mut self, heard: SmsHeard) {
        match heard {
            SmsHeard::Stored { mem, index } | SmsHeard::StatusStored { mem, index } => {
                let store = self.inbox.knows(&mem);
                self.inbox.add(match index {
                    Some(slot) => Task::Read(store, slot),
                    None => Task::List(store),
                });
                self.inbox_next();
            }
            // The next part comes only after this one is confirmed.
            SmsHeard::Part { slot: None, .. } => self.acknowledge(),
            SmsHeard::Part { .. } | SmsHeard::SlotEmpty { .. } | SmsHeard::Failed { .. } => {}
            SmsHeard::Partial {
                from,
                text,
                missing,
                given_up,
                slots,
            } => {
                if !given_up {
                    self.core.tell(Event::SmsPartial {
                        from,
                        text,
                        missing,
                    });
                    return;
                }
                // What has come is all there will be: to be kept like any other text.
                self.received(SmsText {
                    from,
                    text,
                    ts: None,
                    parts: u8::try_from(slots.len()).unwrap_or(u8::MAX),
                    class: None,
                    unread: None,
                    slots,
                });
            }
            SmsHeard::Received(text) => self.received(text),
            SmsHeard::Aml { msisdn, aml, .. } => {
                self.core.tell(Event::Aml { from: msisdn, aml });
            }
            SmsHeard::Sent { mr, .. } => {
                self.network_serves();
                self.outbox.taken(mr);
            }
            SmsHeard::Report { mr, to, status } => {
                self.inbox.report_read = true;
                if !self.inbox.busy {
                    // Delivered directly. The centre hears of it in the same breath.
                    self.acknowledge();
                }
                self.outbox.reported(&mut self.core, mr, &to, status);
            }
            SmsHeard::StoreFull { mem } => {
                let store = self.inbox.knows(&mem);
                self.inbox.add(Task::List(store));
                self.inbox.add(Task::Count);
                self.store_is_full();
                self.inbox_next();
            }
        }
    }

    /// Tells a message once, however often it is listed.
    fn received(&mut self, text: SmsText) {
        if text.slots.is_empty() {
            // The parts of a long one have been confirmed one by one.
            self.inbox.unconfirmed += usize::from(text.parts == 1);
            self.core.tell(Event::Sms(text));
            return;
        }
        let print = print(&text);
        let store = self.inbox.selected.clone();
        let same =
            |told: &Told| told.print == print && told.store == store && told.slots == text.slots;
        if self.inbox.told.iter().any(same) {
            return;
        }
        // Another message in one of these places: whatever was there is gone.
        self.inbox.told.retain(|told| {
            told.store != store || !told.slots.iter().any(|slot| text.slots.contains(slot))
        });
        if self.inbox.told.len() >= limits::INBOX_SLOTS_MAX {
            self.inbox.told.remove(0);
        }
        self.inbox.told.push(Told {
            store,
            slots: text.slots.clone(),
            print,
            kept: false,
        });
        self.core.tell(Event::Sms(text));
    }

    fn acknowledge(&mut self) {
        let forms = &self.core.profile.texts.acknowledge;
        let form = forms.get(self.inbox.ack_form).cloned();
        if let Some(text) = form.filter(|_| self.boot.takes_calls()) {
            self.core.ask(Why::TextAck, text);
        }
    }

    pub(super) fn text_ack_replied(&mut self, reply: &Reply) {
        match reply.outcome {
            Outcome::Ok | Outcome::TimedOut | Outcome::CallEnded(_) => {}
            Outcome::Cms(NONE_EXPECTED) => self.inbox.ack_form = usize::MAX,
            Outcome::Error | Outcome::Cme(_) | Outcome::Cms(_) => {
                self.inbox.ack_form = self.inbox.ack_form.saturating_add(1);
                self.acknowledge();
            }
        }
    }

    /// The centre has the message on disk.
    pub(super) fn text_kept(&mut self, slots: &[u16]) {
        if slots.is_empty() {
            if self.inbox.unconfirmed > 0 {
                self.inbox.unconfirmed -= 1;
                self.acknowledge();
            }
            return;
        }
        let waiting = |told: &&mut Told| !told.kept && told.slots == slots;
        let Some(told) = self.inbox.told.iter_mut().find(waiting) else {
            return;
        };
        told.kept = true;
        let store = told.store.clone();
        for slot in slots {
            self.inbox.add(Task::Delete(store.clone(), *slot));
        }
        self.inbox_next();
    }

    /// The script is through, or an hour has passed.
    pub(super) fn housekeeping(&mut self) {
        self.core.after(Timer::Hourly, HOUSEKEEPING_EVERY);
        self.ask_clock();
        if !self.core.profile.texts.works {
            return;
        }
        let selected = self.inbox.selected.clone();
        let others = self.inbox.stores.clone();
        self.inbox.purged = false;
        self.inbox.delete_kept();
        self.inbox.add(Task::List(selected.clone()));
        for store in others {
            if Some(&store) != selected.as_ref() {
                self.inbox.add(Task::List(Some(store)));
            }
        }
        self.inbox.add(Task::Count);
        self.inbox_next();
    }

    pub(super) fn hourly(&mut self) {
        if self.open && self.boot.part() == Part::Done {
            self.housekeeping();
        }
    }

    /// Does the next task, in its store.
    fn inbox_next(&mut self) {
        if self.inbox.busy || self.boot.part() != Part::Done {
            return;
        }
        let Some(task) = self.inbox.work.front().cloned() else {
            return;
        };
        let elsewhere = |store: &&String| self.inbox.selected.as_ref() != Some(store);
        if let Some(store) = task.store().filter(elsewhere) {
            let text = format!("AT+CPMS=\"{store}\"");
            self.inbox.busy = self.core.ask_within(Why::TextStore, text, STORE_LIMIT);
            return;
        }
        self.inbox.work.pop_front();
        self.inbox.report_read = false;
        self.inbox.busy = match task {
            Task::List(_) => self.core.ask_within(Why::TextList, "AT+CMGL=4", LIST_LIMIT),
            Task::Read(_, slot) => {
                let text = format!("AT+CMGR={slot}");
                self.core
                    .ask_within(Why::TextRead { slot }, text, STORE_LIMIT)
            }
            Task::Delete(_, slot) => {
                let text = format!("AT+CMGD={slot}");
                self.core
                    .ask_within(Why::TextDelete { slot }, text, STORE_LIMIT)
            }
            Task::Count => self
                .core
                .ask_within(Why::TextCount, "AT+CPMS?", STORE_LIMIT),
            Task::Purge => match self.core.profile.texts.purge.clone() {
                Some(text) => self.core.ask_within(Why::TextPurge, text, LIST_LIMIT),
                None => false,
            },
        };
    }

    fn task_done(&mut self) {
        self.inbox.busy = false;
        self.inbox_next();
    }

    /// `AT+CPMS=…` was answered, by the boot script or by us.
    pub(super) fn store_selected(&mut self, reply: &Reply) {
        let Some(name) = reply.cmd.strip_prefix("AT+CPMS=\"") else {
            return;
        };
        if let (Outcome::Ok, Some((name, _))) = (reply.outcome, name.split_once('"')) {
            self.inbox.selected = self.inbox.knows(name);
            self.store_counted(reply);
        }
    }

    pub(super) fn text_store_replied(&mut self, reply: &Reply) {
        self.store_selected(reply);
        if reply.outcome != Outcome::Ok {
            // That store cannot be had; what was to be done in it is left for the hourly list.
            self.inbox.work.pop_front();
            self.look_again_unless(false);
        }
        self.task_done();
    }

    pub(super) fn text_list_replied(&mut self, reply: &Reply) {
        self.look_again_unless(reply.outcome == Outcome::Ok);
        self.task_done();
    }

    /// What did not work is made up for by listing the store soon.
    fn look_again_unless(&mut self, done: bool) {
        let soon = self.core.now.tick + LOOK_AGAIN;
        let is_late = |at: Tick| at > soon;
        if !done && self.core.timers.when(Timer::Hourly).is_none_or(is_late) {
            self.core.timers.set(Timer::Hourly, soon);
        }
    }

    pub(super) fn text_read_replied(&mut self, slot: u16, reply: &Reply) {
        let done = matches!(reply.outcome, Outcome::Ok | Outcome::Cms(INVALID_INDEX));
        self.look_again_unless(done);
        if self.inbox.report_read {
            self.inbox
                .add(Task::Delete(self.inbox.selected.clone(), slot));
        }
        self.task_done();
    }

    pub(super) fn text_delete_replied(&mut self, slot: u16, reply: &Reply) {
        let gone = matches!(reply.outcome, Outcome::Ok | Outcome::Cms(INVALID_INDEX));
        self.look_again_unless(gone);
        if gone {
            let store = self.inbox.selected.clone();
            for told in &mut self.inbox.told {
                if told.kept && told.store == store {
                    told.slots.retain(|place| *place != slot);
                }
            }
            self.inbox.told.retain(|told| !told.slots.is_empty());
            if self.inbox.full_told && self.inbox.work.is_empty() {
                self.inbox.add(Task::Count);
            }
        }
        self.task_done();
    }

    pub(super) fn text_count_replied(&mut self, reply: &Reply) {
        self.store_counted(reply);
        self.task_done();
    }

    /// `+CPMS: "ME",2,255,…` or `+CPMS: 2,255,…`: used and total of the first store.
    fn store_counted(&mut self, reply: &Reply) {
        let counts = reply.lines.iter().find_map(|line| {
            let fields = line.trim().strip_prefix("+CPMS:")?;
            let mut counts = fields
                .split(',')
                .filter_map(|field| field.trim().parse().ok());
            Some((counts.next()?, counts.next()?))
        });
        let Some((used, total)) = counts else {
            return;
        };
        self.core.status.sms_store = Some((used, total));
        if total == 0 || used < total {
            self.inbox.full_told = false;
            return;
        }
        self.store_is_full();
        if self.inbox.told.is_empty() && !self.inbox.purged {
            // Full of what nobody waits for: drafts, sent messages, reports, lone parts.
            self.inbox.purged = true;
            self.inbox.add(Task::Purge);
            self.inbox.add(Task::Count);
        }
    }

    fn store_is_full(&mut self) {
        if !std::mem::replace(&mut self.inbox.full_told, true) {
            self.core.tell(Event::SmsStoreFull);
        }
    }

    pub(super) fn text_purge_replied(&mut self) {
        self.task_done();
    }
}

fn print(text: &SmsText) -> u64 {
    let mut hasher = DefaultHasher::new();
    (&text.from, &text.text, &text.ts).hash(&mut hasher);
    hasher.finish()
}

/// 3GPP TS 27.005 3.2.5.
const INVALID_INDEX: u16 = 321;
/// The same: no acknowledgement is expected, the modem confirms by itself.
const NONE_EXPECTED: u16 = 340;

/// SM, ME, MT, SR, BM are all there are.
const STORES_MAX: usize = 8;

/// SIM cards are slow.
const STORE_LIMIT: Duration = Duration::from_secs(10);

/// A full store of 255 messages at 115200 baud takes about 8 s.
const LIST_LIMIT: Duration = Duration::from_secs(30);

/// After a command about a message has failed.
const LOOK_AGAIN: Duration = Duration::from_secs(60);

/// Hardware.md 4.1: poll at the start and hourly.
const HOUSEKEEPING_EVERY: Duration = Duration::from_secs(3_600);
