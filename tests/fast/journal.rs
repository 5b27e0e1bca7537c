//! The journal as a stranger meets it: whatever was done to it shows.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;
use std::io::Write;
use std::process::Command;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use siaga112::base::ids::Seq;
use siaga112::base::time::{Stamp, Trust, Wall};
use siaga112::desk::Entry;
use siaga112::desk::fact::Fact;
use siaga112::journal::{
    Broken, Chain, Flaw, GENESIS, Opened, Sealed, VERIFY_SH, Verifier, hash_of, open, verify,
};

use crate::desk::facts;

/// Entries of every kind, the same ones in every run.
fn journal(len: usize) -> Vec<Sealed> {
    let mut runner = TestRunner::deterministic();
    let mut chain = Chain::genesis("71.07");
    (0..len)
        .map(|at| {
            let fact = facts::fact().new_tree(&mut runner).unwrap().current();
            chain.seal(stamp(at), &fact)
        })
        .collect()
}

fn stamp(at: usize) -> Stamp {
    Stamp {
        at: Wall(1_772_336_702_250 + at as i64),
        trust: Trust::Network,
    }
}

fn lines(journal: &[Sealed]) -> Vec<&str> {
    journal.iter().map(|sealed| &*sealed.line).collect()
}

/// What an auditor finds who knows the hash of the last line from elsewhere.
fn holds(lines: &[&str], head: &Sealed) -> bool {
    verify(lines.iter().copied()).is_ok_and(|found| found == (head.seq, head.hash))
}

#[test]
fn an_untouched_journal_holds() {
    let journal = journal(1_500);
    let head = journal.last().unwrap();
    assert!(holds(&lines(&journal), head));
    assert_eq!(kinds(&journal).len(), 47);
    assert_eq!(verify([]), Ok((Seq(0), GENESIS)));
}

fn kinds(journal: &[Sealed]) -> BTreeSet<&str> {
    journal.iter().map(|sealed| sealed.kind).collect()
}

/// An event source hears only what it names: a kind that is missing there moves no page.
#[test]
fn an_open_page_listens_to_every_kind_of_fact_and_to_nothing_else() {
    let (_, listed) = include_str!("../../web/script/feed.js")
        .split_once("FACTS = [")
        .unwrap();
    let (listed, _) = listed.split_once(']').unwrap();
    let listens: BTreeSet<&str> = listed.split('\'').skip(1).step_by(2).collect();
    assert_eq!(listens, kinds(&journal(1_500)));
}

#[test]
fn every_flipped_byte_is_found() {
    let journal = journal(12);
    let head = journal.last().unwrap();
    for (at, sealed) in journal.iter().enumerate() {
        for byte in 0..sealed.line.len() {
            for bit in [1, 0x20] {
                let mut flipped = sealed.line.as_bytes().to_vec();
                flipped[byte] ^= bit;
                let Ok(flipped) = String::from_utf8(flipped) else {
                    continue;
                };
                let mut all = lines(&journal);
                all[at] = &flipped;
                assert!(!holds(&all, head), "entry {at}, byte {byte}");
                // With the hashes that are stored beside the lines it is found at once.
                let mut verifier = Verifier::after(before(&journal, at).0, before(&journal, at).1);
                let broken = Broken {
                    seq: sealed.seq,
                    flaw: Flaw::Hash,
                };
                assert_eq!(verifier.check(&flipped, Some(&sealed.hash)), Err(broken));
            }
        }
    }
}

fn before(journal: &[Sealed], at: usize) -> (Seq, [u8; 32]) {
    match at.checked_sub(1) {
        Some(before) => (journal[before].seq, journal[before].hash),
        None => (Seq(0), GENESIS),
    }
}

#[test]
fn every_removed_doubled_or_exchanged_entry_is_found() {
    let journal = journal(40);
    let head = journal.last().unwrap();
    let good = lines(&journal);
    for at in 0..good.len() {
        let mut removed = good.clone();
        removed.remove(at);
        assert!(!holds(&removed, head), "removed {at}");
        let mut doubled = good.clone();
        doubled.insert(at, good[at]);
        assert!(!holds(&doubled, head), "doubled {at}");
        for other in 0..at {
            let mut exchanged = good.clone();
            exchanged.swap(at, other);
            assert!(!holds(&exchanged, head), "exchanged {at} and {other}");
        }
    }
}

#[test]
fn a_rewritten_entry_is_found_even_if_it_says_the_same() {
    let journal = journal(3);
    let spaced = journal[1].line.replacen(':', ": ", 1);
    let all = [&journal[0].line, &*spaced, &journal[2].line];
    let seq = Seq(2);
    let flaw = Flaw::NotCanonical;
    assert_eq!(verify(all), Err(Broken { seq, flaw }));
}

#[test]
fn what_is_wrong_is_named() {
    let journal = journal(4);
    let good = lines(&journal);
    let flawed = |seq, flaw| Broken {
        seq: Seq(seq),
        flaw,
    };
    let broken = |seq, flaw| Err(flawed(seq, flaw));
    assert_eq!(verify([good[0], good[2]]), broken(2, Flaw::Gap));
    assert_eq!(verify([good[0], "RING"]), broken(2, Flaw::NotAnEntry));
    let changed = good[1].replace("71.07", "71.08");
    assert_eq!(
        verify([good[0], &changed, good[2]]),
        broken(3, Flaw::PrevLink)
    );
    // Its own hash made anew does not help: the next line names the old one.
    let mut verifier = Verifier::default();
    verifier.check(good[0], None).unwrap();
    verifier.check(&changed, Some(&hash_of(&changed))).unwrap();
    assert_eq!(
        verifier.check(good[2], Some(&journal[2].hash)),
        Err(flawed(3, Flaw::PrevLink))
    );
    // A verifier that refused a line is where it was.
    assert_eq!(verifier.head().0, Seq(2));
}

#[test]
fn a_chain_goes_on_after_a_restart() {
    let whole = journal(20);
    let mut runner = TestRunner::deterministic();
    let mut chain = Chain::genesis("71.07");
    for (at, expected) in whole.iter().enumerate() {
        let (head, hash) = chain.head();
        chain = Chain::after(head, hash, "71.07");
        assert_eq!(chain.next(), Seq(at as u64 + 1));
        let fact = facts::fact().new_tree(&mut runner).unwrap().current();
        assert_eq!(&chain.seal(stamp(at), &fact), expected);
    }
}

/// The same check with `sh`, `sha256sum` and `jq`, as an evidence pack describes it.
fn stranger_believes(lines: &[&str]) -> Option<bool> {
    Command::new("jq").arg("--version").output().ok()?;
    let dir = tempfile::tempdir().unwrap();
    let script = dir.path().join("verify.sh");
    std::fs::write(&script, VERIFY_SH).unwrap();
    let path = dir.path().join("journal.jsonl");
    let mut file = std::fs::File::create(&path).unwrap();
    for line in lines {
        writeln!(file, "{line}").unwrap();
    }
    let done = Command::new("sh").arg(script).arg(path).output().unwrap();
    Some(done.status.success())
}

#[test]
fn a_stranger_verifies_it_with_sha256sum_and_jq_alone() {
    let journal = journal(60);
    let good = lines(&journal);
    let Some(believed) = stranger_believes(&good) else {
        eprintln!("jq is not installed: the stranger stayed at home");
        return;
    };
    assert!(believed);
    // A part of a journal can be checked too.
    assert_eq!(stranger_believes(&good[10..20]), Some(true));

    let changed = good[30].replace("71.07", "71.08");
    let mut altered = good.clone();
    altered[30] = &changed;
    assert_eq!(stranger_believes(&altered), Some(false));
    let mut removed = good.clone();
    removed.remove(30);
    assert_eq!(stranger_believes(&removed), Some(false));
    let mut exchanged = good.clone();
    exchanged.swap(30, 31);
    assert_eq!(stranger_believes(&exchanged), Some(false));
    let spaced = good[59].replacen(':', ": ", 1);
    let mut rewritten = good.clone();
    rewritten[59] = &spaced;
    assert_eq!(stranger_believes(&rewritten), Some(false));
    let other_start = good[0].replacen("00", "11", 1);
    assert_eq!(stranger_believes(&[&other_start]), Some(false));
}

proptest! {
    #[test]
    fn every_fact_comes_back_as_it_was(fact in facts::fact(), at in any::<i64>()) {
        let stamp = Stamp { at: Wall(at), trust: Trust::Wrong };
        let sealed = Chain::after(Seq(41), [9; 32], "71.07 \"Mitra\"").seal(stamp, &fact);
        prop_assert!(!sealed.line.contains('\n'));
        let opened = open(&sealed.line).unwrap();
        prop_assert_eq!(opened, Opened::Known(Entry { seq: Seq(42), stamp, fact }));
        let checked = Verifier::after(Seq(41), [9; 32]).check(&sealed.line, Some(&sealed.hash));
        prop_assert_eq!(checked, Ok(()));
    }

    #[test]
    fn nothing_that_is_read_makes_it_panic(text in any::<String>(), cut in 0_usize..600) {
        let _ = open(&text);
        let _ = Verifier::default().check(&text, None);
        let fact = Fact::SystemStopped {};
        let line = Chain::genesis("71.07").seal(Stamp::default(), &fact).line;
        if let Some(part) = line.get(..cut.min(line.len() - 1)) {
            prop_assert!(open(part).is_err());
        }
    }
}

#[test]
fn sealing_keeps_up_with_every_line_ringing_at_once() {
    let mut runner = TestRunner::deterministic();
    let facts: Vec<Fact> = (0..2_000)
        .map(|_| facts::fact().new_tree(&mut runner).unwrap().current())
        .collect();
    let mut chain = Chain::genesis("71.07");
    let started = std::time::Instant::now();
    for (at, fact) in facts.iter().enumerate() {
        chain.seal(stamp(at), fact);
    }
    let each = started.elapsed() / 2_000;
    eprintln!("one entry sealed in {each:?}");
    // A hundred times what it takes when optimised: only a change of order would show here.
    assert!(each.as_micros() < 1_000, "{each:?}");
}
