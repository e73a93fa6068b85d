// Peers in Go: OPA as a library with a prepared query, cel-go, expr, and encoding/json alone.
//
//	bench opa|cel|expr|json verdict|outcomes|reasons POLICY_FOLDER < records > verdicts
//
// A line a record: the verdict, and but for `verdict` a letter for each predicate (T, F, U). `reasons` is OPA's: a set of
// messages for what fails and one for what is unknown, from which the letters are read.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"

	"cel.dev/cel-go/cel"
	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/vm"
	"github.com/open-policy-agent/opa/v1/rego"
)

type row struct{ Side string }

type texts struct {
	Outcomes string `json:"outcomes"`
	Met      string `json:"met"`
	Rejected string `json:"rejected"`
	Open     string `json:"open"`
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func read(folder, name string) []byte {
	text, err := os.ReadFile(filepath.Join(folder, name))
	check(err)
	return text
}

// verdict of the ladder, from the letters of the predicates, the grounds to reject first.
func verdict(outcomes string, grounds int) string {
	if strings.Contains(outcomes[:grounds], "T") {
		return "reject"
	}
	if strings.Contains(outcomes[:grounds], "U") || strings.Trim(outcomes[grounds:], "T") != "" {
		return "iterate"
	}
	return "ship"
}

func three(rejected, open, met func() bool) string {
	switch {
	case rejected():
		return "reject"
	case open():
		return "iterate"
	case met():
		return "ship"
	}
	return "iterate"
}

type judge func(record map[string]any) string

// lettered writes a letter at the number of each message: "p12: …" is about predicate 12.
func lettered(marks []byte, messages any, letter byte) {
	for _, message := range messages.([]any) {
		number, _, _ := strings.Cut(message.(string)[1:], ":")
		at, err := strconv.Atoi(number)
		check(err)
		marks[at] = letter
	}
}

func withOPA(folder, mode string, grounds, count int) judge {
	module := rego.Module("policy.rego", string(read(folder, mode+".rego")))
	prepared, err := rego.New(rego.Query("data.bench.verdict"), module).PrepareForEval(context.Background())
	check(err)
	return func(record map[string]any) string {
		results, err := prepared.Eval(context.Background(), rego.EvalInput(record))
		check(err)
		value := results[0].Expressions[0].Value
		if mode != "reasons" {
			return value.(string)
		}
		marks := bytes.Repeat([]byte{'T'}, count)
		lettered(marks, value.(map[string]any)["fails"], 'F')
		lettered(marks, value.(map[string]any)["unknown"], 'U')
		return verdict(string(marks), grounds) + " " + string(marks)
	}
}

func withCEL(folder, mode string, grounds int) judge {
	var policy texts
	check(json.Unmarshal(read(folder, "policy.cel.json"), &policy))
	env, err := cel.NewEnv(cel.Variable("metrics", cel.DynType), cel.ParserExpressionSizeLimit(1<<24), cel.ParserRecursionLimit(1<<20))
	check(err)
	compile := func(text string) cel.Program {
		ast, issues := env.Compile(text)
		check(issues.Err())
		program, err := env.Program(ast, cel.EvalOptions(cel.OptOptimize))
		check(err)
		return program
	}
	eval := func(program cel.Program, record map[string]any) any {
		value, _, err := program.Eval(map[string]any{"metrics": record["metrics"]})
		check(err)
		return value.Value()
	}
	if mode == "verdict" {
		rejected, open, met := compile(policy.Rejected), compile(policy.Open), compile(policy.Met)
		return func(record map[string]any) string {
			of := func(program cel.Program) func() bool { return func() bool { return eval(program, record).(bool) } }
			return three(of(rejected), of(open), of(met))
		}
	}
	outcomes := compile(policy.Outcomes)
	return func(record map[string]any) string {
		value, _, err := outcomes.Eval(map[string]any{"metrics": record["metrics"]})
		check(err)
		var marks strings.Builder
		items, err := value.ConvertToNative(reflect.TypeFor[[]string]())
		check(err)
		for _, item := range items.([]string) {
			marks.WriteString(item)
		}
		return verdict(marks.String(), grounds) + " " + marks.String()
	}
}

func withExpr(folder, mode string, grounds int) judge {
	var policy texts
	check(json.Unmarshal(read(folder, "policy.expr.json"), &policy))
	compile := func(text string) *vm.Program {
		program, err := expr.Compile(text, expr.Env(map[string]any{"metrics": map[string]any{}}), expr.AllowUndefinedVariables(), expr.MaxNodes(0))
		check(err)
		return program
	}
	machine := vm.VM{}
	eval := func(program *vm.Program, record map[string]any) any {
		value, err := machine.Run(program, record)
		check(err)
		return value
	}
	if mode == "verdict" {
		rejected, open, met := compile(policy.Rejected), compile(policy.Open), compile(policy.Met)
		return func(record map[string]any) string {
			of := func(program *vm.Program) func() bool { return func() bool { return eval(program, record).(bool) } }
			return three(of(rejected), of(open), of(met))
		}
	}
	outcomes := compile(policy.Outcomes)
	return func(record map[string]any) string {
		var marks strings.Builder
		for _, item := range eval(outcomes, record).([]any) {
			marks.WriteString(item.(string))
		}
		return verdict(marks.String(), grounds) + " " + marks.String()
	}
}

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: bench opa|cel|expr|json verdict|outcomes|reasons POLICY_FOLDER")
		os.Exit(2)
	}
	engine, mode, folder := os.Args[1], os.Args[2], os.Args[3]
	var rows []row
	check(json.Unmarshal(read(folder, "policy.json"), &rows))
	grounds := 0
	for _, row := range rows {
		if row.Side == "reject" {
			grounds++
		}
	}
	var decide judge
	switch engine {
	case "opa":
		decide = withOPA(folder, mode, grounds, len(rows))
	case "cel":
		decide = withCEL(folder, mode, grounds)
	case "expr":
		decide = withExpr(folder, mode, grounds)
	default:
		decide = func(map[string]any) string { return "read" }
	}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(make([]byte, 1<<20), 1<<26)
	out := bufio.NewWriterSize(os.Stdout, 1<<16)
	defer out.Flush()
	for lines.Scan() {
		var record map[string]any
		check(json.Unmarshal(lines.Bytes(), &record))
		out.WriteString(decide(record))
		out.WriteByte('\n')
	}
	check(lines.Err())
}
