//! Walking down through the ids that are on every list and have every term.
//!
//! Each source of ids says its highest one below a bound, and the lowest answer is the next bound,
//! until all agree. A source that is asked often within one segment gathers that segment as bits.
//! Whoever takes an id compares its row, so a source may also say "perhaps": one that would have to
//! gather much for few questions does.

use std::ops::RangeInclusive;

use redb::{ReadOnlyTable, ReadTransaction};

use super::places::{Places, SEGMENT_LEN};
use super::postings::{HIGHEST, Span, first_of, place_of, read_down, segment_of};
use super::query::{Query, Term};
use super::tables::{CALLS, LISTS, List, POSTINGS};
use super::trouble::Trouble;
use crate::base::ids::CallId;
use crate::base::limits;

/// What a walk comes to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Met {
    /// The highest id that is not ruled out.
    Call(CallId),
    Nothing,
    /// It has taken long enough, and nothing above this id is left to be looked at.
    Tired(CallId),
}

/// What a search may still cost, in steps: one is a short posting that is read.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    left: u64,
}

impl Effort {
    /// As much as one page may cost.
    pub fn of_a_page() -> Effort {
        Effort {
            left: limits::SEARCH_STEPS_MAX,
        }
    }

    /// Lists alone are walked to their end.
    pub fn without_end() -> Effort {
        Effort { left: u64::MAX }
    }

    /// A look into a table: finding a place in it.
    pub fn look(&mut self) {
        self.take(LOOK_STEPS);
    }

    /// A posting that is read and gathered.
    pub fn posting(&mut self, row: &[u8]) {
        self.take(1 + row.len() as u64 / BYTES_A_STEP);
    }

    /// A row of a call that is read and compared.
    pub fn row(&mut self) {
        self.take(ROW_STEPS);
    }

    /// Some steps.
    pub fn take(&mut self, steps: u64) {
        self.left = self.left.saturating_sub(steps);
    }

    /// Whether there is none left.
    pub fn is_over(&self) -> bool {
        self.left == 0
    }
}

/// The tables and what is looked for in them.
pub struct Walk {
    rows: ReadOnlyTable<u64, &'static [u8]>,
    tables: Tables,
    sources: Vec<Source>,
    /// The highest id of the page.
    first: Option<u64>,
}

struct Tables {
    lists: ReadOnlyTable<[u8; 17], ()>,
    postings: ReadOnlyTable<&'static [u8], &'static [u8]>,
}

impl Walk {
    /// Through the calls that are on all these lists and have every term.
    ///
    /// # Errors
    /// The disk's.
    pub fn begin(
        read: &ReadTransaction,
        lists: Vec<List>,
        query: Option<&Query>,
    ) -> Result<Walk, Trouble> {
        let lists = lists.into_iter().map(Source::of_list);
        let terms = query
            .map_or(&[][..], Query::terms)
            .iter()
            .map(Source::of_term);
        Ok(Walk {
            rows: read.open_table(CALLS)?,
            tables: Tables {
                lists: read.open_table(LISTS)?,
                postings: read.open_table(POSTINGS)?,
            },
            sources: lists.chain(terms).collect(),
            first: None,
        })
    }

    /// The rows of the calls.
    pub fn rows(&self) -> &ReadOnlyTable<u64, &'static [u8]> {
        &self.rows
    }

    /// The highest id within `ids` that no source rules out; of all calls if there is none.
    ///
    /// # Errors
    /// The disk's.
    pub fn highest(
        &mut self,
        ids: &RangeInclusive<u64>,
        effort: &mut Effort,
    ) -> Result<Met, Trouble> {
        if ids.is_empty() {
            return Ok(Met::Nothing);
        }
        if self.sources.is_empty() {
            let last = self.rows.range(ids.clone())?.next_back().transpose()?;
            return Ok(last.map_or(Met::Nothing, |row| Met::Call(CallId(row.0.value()))));
        }
        let mut candidate = *ids.end();
        let mut agreed = 0;
        let mut place = self.cheapest();
        while agreed < self.sources.len() {
            let within = *ids.start()..=candidate;
            let source = &mut self.sources[place];
            // Who is the first to name an id must know it.
            let answer = match agreed {
                0 => Answer::Known,
                _ => Answer::Perhaps,
            };
            let Some(id) = source.highest(&self.tables, within, answer, effort)? else {
                return Ok(Met::Nothing);
            };
            agreed = if id == candidate { agreed + 1 } else { 1 };
            candidate = id;
            // The first id is always settled, so that whoever goes on comes on.
            let first = *self.first.get_or_insert(*ids.end());
            if effort.is_over() && candidate < first {
                return Ok(Met::Tired(CallId(candidate)));
            }
            place = (place + 1) % self.sources.len();
        }
        Ok(Met::Call(CallId(candidate)))
    }

    /// The source that has the fewest ids, as far as is known: the others are only asked about its.
    fn cheapest(&self) -> usize {
        let costs = self.sources.iter().map(|source| source.cost);
        costs.enumerate().min_by_key(|it| it.1).map_or(0, |it| it.0)
    }
}

/// What a source is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Answer {
    /// An id that it has.
    Known,
    /// Also the highest one asked for, if finding out would cost more than the row of that id.
    Perhaps,
}

/// Something that knows ids in order.
struct Source {
    kind: Kind,
    gathered: Option<Gathered>,
    /// What gathering a segment cost when it was done last.
    cost: u64,
    /// The segment it was last asked about without having gathered it, and how often.
    asked: (u64, u64),
}

enum Kind {
    List(List),
    Term {
        spans: Vec<Span>,
        call: Option<CallId>,
    },
}

/// A segment with the ids in it, and the next one below that may have any.
struct Gathered {
    segment: u64,
    places: Places,
    below: Option<u64>,
}

impl Source {
    fn of_list(list: List) -> Source {
        Source {
            kind: Kind::List(list),
            gathered: None,
            cost: LIST_COST,
            asked: (0, 0),
        }
    }

    fn of_term(term: &Term) -> Source {
        let call = match term {
            Term::Word(_) => None,
            Term::Digits(digits) => digits.call,
        };
        Source {
            kind: Kind::Term {
                spans: Span::all_of(term),
                call,
            },
            gathered: None,
            cost: 0,
            asked: (0, 0),
        }
    }

    /// Its highest id within `ids`, or one that cannot be ruled out.
    fn highest(
        &mut self,
        tables: &Tables,
        ids: RangeInclusive<u64>,
        mut answer: Answer,
        effort: &mut Effort,
    ) -> Result<Option<u64>, Trouble> {
        let (lowest, mut highest) = ids.into_inner();
        if let Kind::Term { .. } = self.kind {
            highest = highest.min(HIGHEST);
        }
        while highest >= lowest {
            let segment = segment_of(highest);
            if self
                .gathered
                .as_ref()
                .is_none_or(|it| it.segment != segment)
            {
                let one = match (&self.kind, answer) {
                    (Kind::List(_), _) => Some(LOOK_STEPS),
                    (Kind::Term { .. }, Answer::Perhaps) => Some(ROW_STEPS),
                    (Kind::Term { .. }, Answer::Known) => None,
                };
                if one.is_some_and(|one| self.is_asked_little(segment, one)) {
                    let Kind::List(list) = &self.kind else {
                        return Ok(Some(highest));
                    };
                    effort.look();
                    return tables.highest_on(*list, lowest..=highest);
                }
                let before = effort.left;
                self.gathered = Some(tables.gather(&self.kind, segment, effort)?);
                self.cost = before - effort.left;
            }
            let Some(gathered) = &self.gathered else {
                break;
            };
            if let Some(place) = gathered.places.highest(place_of(highest)) {
                let id = first_of(segment) + u64::from(place);
                return Ok((id >= lowest).then_some(id));
            }
            let Some(below) = gathered.below else {
                break;
            };
            highest = first_of(below) + SEGMENT_LEN - 1;
            answer = Answer::Known;
            if effort.is_over() {
                return Ok(Some(highest));
            }
        }
        Ok(None)
    }

    /// Whether so few questions about a segment came so far that answering them one by one, for
    /// that many steps each, costs less than gathering it. In the end it costs at most twice what the better way would have.
    fn is_asked_little(&mut self, segment: u64, one: u64) -> bool {
        if self.asked.0 != segment {
            self.asked = (segment, 0);
        }
        self.asked.1 += 1;
        self.asked.1 * one < self.cost
    }
}

impl Tables {
    fn highest_on(&self, list: List, ids: RangeInclusive<u64>) -> Result<Option<u64>, Trouble> {
        let (lowest, highest) = ids.into_inner();
        let range = list.key(CallId(lowest))..=list.key(CallId(highest));
        let member = self.lists.range(range)?.next_back().transpose()?;
        Ok(member.map(|(key, _)| List::id_of(&key.value()).0))
    }

    fn gather(&self, kind: &Kind, segment: u64, effort: &mut Effort) -> Result<Gathered, Trouble> {
        let mut gathered = Gathered {
            segment,
            places: Places::default(),
            below: None,
        };
        match kind {
            Kind::List(list) => {
                gathered.below = segment.checked_sub(1);
                effort.look();
                let first = first_of(segment);
                let last = first + (SEGMENT_LEN - 1);
                let range = list.key(CallId(first))..=list.key(CallId(last));
                for member in self.lists.range(range)? {
                    let id = List::id_of(&member?.0.value()).0;
                    gathered.places.add(place_of(id));
                    effort.take(1);
                }
            }
            Kind::Term { spans, call } => {
                for span in spans {
                    self.gather_span(span, &mut gathered, effort)?;
                }
                if let Some(CallId(id)) = *call {
                    gathered.add_call(id);
                }
            }
        }
        Ok(gathered)
    }

    fn gather_span(
        &self,
        span: &Span,
        into: &mut Gathered,
        effort: &mut Effort,
    ) -> Result<(), Trouble> {
        effort.look();
        let mut keys = 0;
        let places = &mut into.places;
        let below = read_down(&self.postings, span, into.segment, |_, row| {
            keys += 1;
            effort.posting(row);
            places.take(row);
            keys < KEYS_MAX
        })?;
        if keys == KEYS_MAX {
            into.places = Places::all();
        }
        into.goes_on_at(below);
        Ok(())
    }
}

impl Gathered {
    fn goes_on_at(&mut self, segment: Option<u64>) {
        self.below = self.below.max(segment);
    }

    fn add_call(&mut self, id: u64) {
        let segment = segment_of(id);
        if segment == self.segment {
            self.places.add(place_of(id));
        } else if segment < self.segment {
            self.goes_on_at(Some(segment));
        }
    }
}

/// Words of one segment that are gathered for a term at most. What is commoner, two letters that
/// half of all words begin with, rules little out and is left to the rows.
const KEYS_MAX: u64 = 8_192;

/// What finding a place in a table costs, in postings that are read (measured).
const LOOK_STEPS: u64 = 32;

/// What reading and comparing a row costs, in postings that are read (measured).
const ROW_STEPS: u64 = 64;

/// Bytes of a posting that are gathered in the time of a step (measured).
const BYTES_A_STEP: u64 = 256;

/// What gathering a segment of a list is taken to cost before it was done once.
const LIST_COST: u64 = 8 * LOOK_STEPS;
