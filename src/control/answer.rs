//! What the service does for a verb.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::words::{Password, Request, Said};
use crate::base::fault::Fault;
use crate::base::ids::UserName;
use crate::base::lang::Lang;
use crate::base::limits;
use crate::base::time::Wall;
use crate::clock::Clock;
use crate::desk::operator::Role;
use crate::desk::order::{Actor, OfficeOrder, Order, Refusal};
use crate::desk::{KnownLoss, person_name};
use crate::engine::handle::Handle;
use crate::http::problem::Problem;
use crate::http::view::board::BoardView;
use crate::http::view::call::CallView;
use crate::http::view::people::{TokenView, UserView};
use crate::http::{names, password, secret, setup};
use crate::media::bell::Report;
use crate::store::{self, CallFilter};

/// Answers verbs with an administrator's rights: in the service at its socket, and in a verb's own
/// process while no service runs.
pub struct Clerk {
    /// The data folder.
    pub folder: PathBuf,
    pub handle: Handle,
    pub clock: Clock,
    /// The centre's zone, for times in answers.
    pub zone: TimeZone,
    /// How the bell on the box itself is.
    pub bell: Arc<Report>,
}

/// Sends one line to the verb; fails when it went away.
type Say<'a> = dyn FnMut(&Said) -> io::Result<()> + 'a;

/// Why a request did not end with `Said::Done`.
enum Stop {
    Said(Said),
    Gone(io::Error),
}

impl Clerk {
    /// Does what is asked and says how it ended.
    ///
    /// # Errors
    /// The first of `say`: whoever asked went away.
    pub fn answer(
        &self,
        request: Request,
        say: &mut dyn FnMut(&Said) -> io::Result<()>,
    ) -> io::Result<()> {
        match self.carry_out(request, say) {
            Ok(done) => say(&Said::Done(done)),
            Err(Stop::Said(said)) => say(&said),
            Err(Stop::Gone(error)) => Err(error),
        }
    }

    fn carry_out(&self, request: Request, say: &mut Say<'_>) -> Result<Value, Stop> {
        match request {
            Request::Ping => Ok(self.ping()),
            Request::Board => shown(BoardView::new(
                &self.handle.board(),
                &self.zone,
                self.clock.now().wall,
                None,
                false,
            )),
            Request::UserAdd {
                user,
                name,
                role,
                password,
            } => self.user_add(&user, &name, role, &password),
            Request::UserList => list(
                self.handle.reader().users()?.iter().map(UserView::from),
                say,
            ),
            Request::UserPassword { user, password } => self.user_password(&user, &password),
            Request::UserDisable { user } => {
                self.office(OfficeOrder::switch_user(UserName::new(&user), true))
            }
            Request::UserEnable { user } => {
                self.office(OfficeOrder::switch_user(UserName::new(&user), false))
            }
            Request::TokenAdd { name, role } => self.token_add(&name, role),
            Request::TokenList => list(
                self.handle.reader().tokens()?.iter().map(TokenView::from),
                say,
            ),
            Request::TokenRevoke { name } => self.office(OfficeOrder::RevokeToken { token: name }),
            Request::SetupCode { renew } => self.setup_code(renew),
            Request::Verify => self.verify(say),
            Request::Losses => Ok(self.losses()),
            Request::ExportCalls { from_ms, to_ms } => self.export_calls(from_ms, to_ms, say),
            Request::Stop => stop(),
        }
    }

    fn ping(&self) -> Value {
        json!({
            "version": env!("CARGO_PKG_VERSION"),
            "pid": std::process::id(),
            "uptime_s": self.clock.tick().0 / 1_000_000,
            "timezone": self.zone.iana_name(),
            "bell": self.bell(),
        })
    }

    fn bell(&self) -> Value {
        let state = self.bell.read();
        let at = |wall: Option<Wall>| wall.map(|wall| wall.rfc3339(&self.zone));
        json!({
            "device": state.device,
            "trouble": state.trouble,
            "tried": at(state.tried),
            "sounded": at(state.sounded),
            "times": state.times,
        })
    }

    fn user_add(
        &self,
        user: &str,
        name: &str,
        role: Role,
        password: &Password,
    ) -> Result<Value, Stop> {
        let user = names::login(user)?;
        let name = person_name(name)?.to_owned();
        password::check_new(&password.0, user.as_str(), &name)?;
        let password_hash = password::hash(&password.0)?;
        let is_first = self.handle.reader().users()?.is_empty();
        self.office(match (is_first, role) {
            // The console may claim a fresh box without a code: it could print one.
            (true, Role::Admin) => OfficeOrder::Claim {
                user,
                name,
                password_hash,
            },
            (_, role) => OfficeOrder::AddUser {
                user,
                name,
                role,
                password_hash,
            },
        })
    }

    fn user_password(&self, user: &str, password: &Password) -> Result<Value, Stop> {
        let user = UserName::new(user);
        let record = self.handle.reader().user(&user)?;
        let record = record.ok_or(Refusal::NoSuchName)?;
        password::check_new(&password.0, user.as_str(), &record.name)?;
        let password_hash = password::hash(&password.0)?;
        self.office(OfficeOrder::SetPassword {
            user,
            password_hash,
        })
    }

    fn token_add(&self, name: &str, role: Role) -> Result<Value, Stop> {
        let name = names::login(name)?.to_string();
        let token = secret::program_token()?;
        let hash = secret::hash_hex(&token);
        self.office(OfficeOrder::AddToken {
            token: name.clone(),
            role,
            hash,
        })?;
        Ok(json!({ "name": name, "role": role, "token": token }))
    }

    fn setup_code(&self, renew: bool) -> Result<Value, Stop> {
        if !self.handle.reader().users()?.is_empty() {
            return Err(Problem::new(409, "setup_done").into());
        }
        let now = self.clock.now().wall;
        let known = setup::current(&self.folder, now)?;
        let code = match known.filter(|_| !renew) {
            Some(code) => code,
            None => setup::renew(&self.folder, now)?,
        };
        Ok(json!({ "code": code, "good_for_s": limits::SETUP_CODE_LIFE.as_secs() }))
    }

    fn verify(&self, say: &mut Say<'_>) -> Result<Value, Stop> {
        let mut gone = None;
        let mut told = 0;
        let verdict = self.handle.reader().verify(|progress| {
            if progress.done.0 >= told + PROGRESS_ENTRIES && gone.is_none() {
                told = progress.done.0;
                let item = json!({ "done": progress.done, "of": progress.of });
                gone = say(&Said::Item(item)).err();
            }
        })?;
        if let Some(error) = gone {
            return Err(Stop::Gone(error));
        }
        let losses = self.losses();
        Ok(json!({
            "sound": verdict.is_sound(),
            "complete": self.is_complete(),
            "losses": losses["losses"],
            "set_aside": losses["set_aside"],
            "after": verdict.after,
            "head": verdict.head,
            "head_hash": data_encoding::HEXLOWER.encode(&verdict.head_hash),
            "damaged": verdict.damaged,
            "damaged_count": verdict.damaged_count,
            "bad_calls": verdict.bad_calls,
            "stray_members": verdict.stray_members,
        }))
    }

    /// Losses that the journal tells of, and files that still lie in the data folder.
    fn losses(&self) -> Value {
        let board = self.handle.board();
        let loss = |loss: &KnownLoss| {
            let mut shown = json!(loss);
            shown["at"] = loss.at.rfc3339(&self.zone).into();
            shown
        };
        json!({
            "losses": board.losses.iter().map(loss).collect::<Vec<_>>(),
            "set_aside": store::set_aside_in(&self.folder),
        })
    }

    /// Whether nothing is lost that somebody should still look after.
    fn is_complete(&self) -> bool {
        let now = self.clock.now().wall;
        let board = self.handle.board();
        let is_old = |loss: &KnownLoss| !loss.is_recent(now);
        board.losses.iter().all(is_old) && store::set_aside_in(&self.folder).is_empty()
    }

    fn export_calls(
        &self,
        from_ms: Option<i64>,
        to_ms: Option<i64>,
        say: &mut Say<'_>,
    ) -> Result<Value, Stop> {
        let filter = CallFilter {
            from: from_ms.map(Wall),
            to: to_ms.map(Wall),
            ..CallFilter::default()
        };
        let mut before = None;
        let mut count = 0u64;
        loop {
            let page = self
                .handle
                .reader()
                .calls(&filter, before, limits::PAGE_ITEMS_MAX)?;
            let Some(last) = page.last() else {
                return Ok(json!({ "count": count }));
            };
            before = Some(last.id);
            for call in &page {
                say(&Said::Item(shown(CallView::new(call, &self.zone))?)).map_err(Stop::Gone)?;
                count += 1;
            }
        }
    }

    fn office(&self, order: OfficeOrder) -> Result<Value, Stop> {
        let console = Actor {
            user: UserName::new(CONSOLE),
            role: Role::Admin,
        };
        let receipt = self.handle.order_and_wait(console, Order::Office(order))?;
        Ok(json!({ "seq": receipt.seq }))
    }
}

/// The same road as SIGTERM, so that there is one way to stop.
fn stop() -> Result<Value, Stop> {
    let sent =
        rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::TERM);
    sent.map_err(|e| Stop::Gone(e.into()))?;
    Ok(json!({ "stopping": true }))
}

fn list<T: serde::Serialize>(
    items: impl Iterator<Item = T>,
    say: &mut Say<'_>,
) -> Result<Value, Stop> {
    let mut count = 0u64;
    for item in items {
        say(&Said::Item(shown(item)?)).map_err(Stop::Gone)?;
        count += 1;
    }
    Ok(json!({ "count": count }))
}

fn shown(view: impl serde::Serialize) -> Result<Value, Stop> {
    serde_json::to_value(view).map_err(|e| Stop::Gone(e.into()))
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Stop {
        tracing::error!(fault = fault.chain(), "a verb failed");
        Stop::Said(Said::Fault {
            code: fault.code.id.to_owned(),
            told: format!("{} ({})", fault.code.told, fault.doing),
            cure: fault.code.cure.to_owned(),
        })
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Stop {
        Problem::from(refusal).into()
    }
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Stop {
        let told = format!("{} {}", problem.sentence(Lang::Id), problem.cure(Lang::Id));
        Stop::Said(Said::Refused {
            code: problem.code.to_owned(),
            told: told.trim_end().to_owned(),
        })
    }
}

/// Who the journal says it was; the colon keeps it apart from every person's name.
const CONSOLE: &str = "sistem:konsol";
/// Entries between two signs of life of a long verification.
const PROGRESS_ENTRIES: u64 = 50_000;
