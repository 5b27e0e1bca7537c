//! The office on the disk, while no service runs.
//!
//! What is ordered here is decided by the same desk, sealed into the same chain and committed by
//! the same store as in the service. No start is recorded: nothing was started.

use super::super::appliance::{self, Replayed};
use super::super::{Place, codes};
use super::{Office, Trouble};
use crate::base::fault::Fault;
use crate::base::ids::{CallId, UserName};
use crate::base::time::{Now, Stamp, Trust, Wall};
use crate::clock::{self, Clock};
use crate::config::Config;
use crate::desk::call::CallRecord;
use crate::desk::operator::Role;
use crate::desk::order::{Actor, OfficeOrder, Order, Receipt, TokenRecord, UserRecord};
use crate::desk::{Desk, Entry, Policy};
use crate::journal::Chain;
use crate::store::{self, Batch, CallFilter, Keeper, Reader, StoreEvent, Verdict};

/// The open store and the desk as it was.
pub(in crate::cli) struct Direct {
    desk: Desk,
    chain: Chain,
    keeper: Keeper,
    reader: Reader,
    clock: Clock,
    newest: Option<Wall>,
    tickets: u64,
}

impl Direct {
    pub(in crate::cli) fn open(place: &Place, config: &Config) -> Result<Direct, Trouble> {
        place.make_ours()?;
        let clock = Clock::start();
        let tag = clock.now().wall.file_tag();
        let mut opened = store::open_folder(place.data(), &tag)?;
        for fault in &opened.shown {
            super::say::trouble(fault);
        }
        let policy = Policy {
            zone: config.center.timezone.clone(),
            area_code: config.center.area_code.clone(),
        };
        if opened.needs_rebuild {
            appliance::rebuild(&mut opened, &policy)?;
        }
        let Replayed { desk, newest, .. } = appliance::replay(&opened, policy)?;
        Ok(Direct {
            desk,
            chain: Chain::after(opened.head, opened.head_hash, appliance::centre(config)),
            reader: opened.reader.clone(),
            keeper: opened.into_keeper(),
            clock,
            newest,
            tickets: 0,
        })
    }

    /// The time, and how far it may be believed.
    fn now(&self) -> Now {
        let now = self.clock.now();
        let trust = match self.newest {
            Some(newest) if now.wall < newest => Trust::Wrong,
            _ if clock::is_synchronised() => Trust::Synchronised,
            _ => Trust::Unconfirmed,
        };
        Now { trust, ..now }
    }

    fn commit(&mut self, batch: Batch) -> Result<(), Trouble> {
        let ticket = batch.ticket;
        let mut outcome = None;
        self.keeper.push(batch);
        self.keeper
            .step(self.clock.tick(), &mut |event| match event {
                StoreEvent::Committed { ticket: done } if done >= ticket => outcome = Some(Ok(())),
                StoreEvent::Down(fault) => outcome = Some(Err(fault)),
                StoreEvent::Committed { .. } | StoreEvent::Up => {}
            });
        let nothing = || Err(Fault::new(&codes::UNSAVED, "menyimpan perubahan"));
        outcome.unwrap_or_else(nothing).map_err(Trouble::Broken)
    }
}

impl Office for Direct {
    fn order(&mut self, order: OfficeOrder) -> Result<Receipt, Trouble> {
        let now = self.now();
        let order = Order::Office(order);
        let decision = self
            .desk
            .decide(now, &console(), &order)
            .map_err(Trouble::Refused)?;
        self.tickets += 1;
        let mut batch = Batch {
            secrets: decision.secrets,
            ticket: self.tickets,
            ..Batch::default()
        };
        for fact in decision.facts {
            let stamp = Stamp::from(now);
            let sealed = self.chain.seal(stamp, &fact);
            let entry = Entry {
                seq: sealed.seq,
                stamp,
                fact,
            };
            batch
                .touched
                .absorb(self.desk.apply(&entry, Some(now.tick)));
            batch.entries.push(sealed);
        }
        let seq = batch.entries.last().map_or(0, |sealed| sealed.seq.0);
        if !batch.entries.is_empty() || !batch.secrets.is_empty() {
            self.commit(batch)?;
        }
        Ok(Receipt {
            seq,
            ..Receipt::default()
        })
    }

    fn users(&mut self) -> Result<Vec<UserRecord>, Trouble> {
        Ok(self.reader.users()?)
    }

    fn tokens(&mut self) -> Result<Vec<TokenRecord>, Trouble> {
        Ok(self.reader.tokens()?)
    }

    fn calls(
        &mut self,
        filter: &CallFilter,
        before: Option<CallId>,
        limit: usize,
    ) -> Result<Vec<CallRecord>, Trouble> {
        Ok(self.reader.calls(filter, before, limit)?)
    }

    fn verify(&mut self) -> Result<Verdict, Trouble> {
        Ok(self.reader.verify(|_| {})?)
    }
}

/// Closes the database properly, so that the next start is quick.
impl Drop for Direct {
    fn drop(&mut self) {
        self.keeper.stop(self.clock.tick(), &mut |_| {});
    }
}

/// Whoever may write to the data folder is the administrator.
fn console() -> Actor {
    Actor {
        user: UserName::new("konsol"),
        role: Role::Admin,
    }
}
