//! regorus, Rego in Rust, in its two forms: the interpreter, and the machine that runs what its compiler makes. The policy is
//! compiled once, each record is an input.
//!
//!     bench engine|machine verdict|outcomes POLICY_FOLDER < records > verdicts
use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::vm::RegoVM;
use regorus::{Engine, Value};
use std::io::{self, BufRead, BufWriter, Write};

const RULE: &str = "data.bench.verdict";

fn with_engine(mut engine: Engine) -> Box<dyn FnMut(Value) -> Value> {
    Box::new(move |record| {
        engine.set_input(record);
        engine.eval_rule(RULE.to_string()).expect("a value")
    })
}

fn with_machine(mut engine: Engine) -> Box<dyn FnMut(Value) -> Value> {
    let policy = engine.compile_with_entrypoint(&RULE.into()).expect("a policy that compiles");
    let program = Compiler::compile_from_policy(&policy, &[RULE]).expect("a program");
    let mut machine = RegoVM::new();
    machine.load_program(program);
    Box::new(move |record| {
        machine.set_input(record);
        machine.execute().expect("a value")
    })
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if arguments.len() != 4 {
        eprintln!("usage: bench engine|machine verdict|outcomes POLICY_FOLDER");
        std::process::exit(2);
    }
    let policy = std::fs::read_to_string(format!("{}/{}.rego", arguments[3], arguments[2])).expect("the policy");
    let mut engine = Engine::new();
    engine.add_policy("policy.rego".to_string(), policy).expect("a policy that compiles");
    let mut judge = if arguments[1] == "machine" { with_machine(engine) } else { with_engine(engine) };
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    for line in io::stdin().lock().lines() {
        let value = judge(Value::from_json_str(&line.expect("a line")).expect("a record"));
        writeln!(out, "{}", value.as_string().expect("a string")).expect("written");
    }
}
