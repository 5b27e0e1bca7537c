//! A few dozen days of the simulated office; thousands of them are lived in `tests/slow`.

#[path = "../support/world/mod.rs"]
mod office;

use office::World;

#[test]
fn sixteen_days_of_an_office_keep_every_promise() {
    for seed in 1..=16 {
        World::new(seed, None).live();
    }
}
