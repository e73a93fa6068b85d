//! regorus, the Rego interpreter in Rust: the policy is compiled once, each record is an input.
//!
//!     bench verdict|outcomes POLICY_FOLDER < records > verdicts
use std::io::{self, BufRead, BufWriter, Write};

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if arguments.len() != 3 {
        eprintln!("usage: bench verdict|outcomes POLICY_FOLDER");
        std::process::exit(2);
    }
    let policy = std::fs::read_to_string(format!("{}/policy.rego", arguments[2])).expect("the policy");
    let mut engine = regorus::Engine::new();
    engine.add_policy("policy.rego".to_string(), policy).expect("a policy that compiles");
    let rule = if arguments[1] == "outcomes" { "data.bench.full" } else { "data.bench.verdict" };
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    for line in io::stdin().lock().lines() {
        let line = line.expect("a line");
        engine.set_input(regorus::Value::from_json_str(&line).expect("a record"));
        let value = engine.eval_rule(rule.to_string()).expect("a value");
        writeln!(out, "{}", value.as_string().expect("a string")).expect("written");
    }
}
