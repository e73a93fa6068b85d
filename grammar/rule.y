/* The grammar of rules (the reference is docs/reference/language.md, section "Grammar").
 *
 * Actions only build nodes: one call each, into the file's arena, so nothing needs a %destructor. Whether a
 * name exists, and whether `a + b` may stand where a truth value is wanted, is the checker's business: sums and
 * truth values share one nonterminal, because `(` may open either.
 */
%require "3.8"
%define api.pure full
%define api.prefix {rule_yy}
%define api.token.prefix {TOKEN_}
%define api.value.type union
%define api.location.type {span}
%define api.header.include {"grammar/rule.tab.h"}
%define parse.error custom
%define parse.lac full
%locations
%expect 0
%param { struct rule_parser *parser }

%code requires {
#include "grammar/rule.h"
}

%code {
#include "grammar/build.h"
#include "grammar/errors.h"

#define YYMAXDEPTH 1000
#define YYLLOC_DEFAULT(current, right, count)                                                      \
    ((current) = (count) ? (span){YYRHSLOC(right, 1).begin, YYRHSLOC(right, count).end}            \
                         : (span){YYRHSLOC(right, 0).end, YYRHSLOC(right, 0).end})

int rule_yylex(YYSTYPE *value, YYLTYPE *at, struct rule_parser *parser);
static void rule_yyerror(const span *at, struct rule_parser *parser, const char *message);

static const struct name no_name = {0};
}

%token START_RULE START_HEAD START_DEFINITIONS
%token END 0 "the end of the rule"
%token <struct name> NAME "a name"
%token <struct name> NUMBER "a number"
%token <struct name> STRING "a string"
%token <enum operator> COMPARISON "a comparison"
%token AND "and" OR "or" NOT "not" OF "of" WITH "with" WITHIN "within" IN "in"
%token ALL "all" ANY "any" NONE "none" AT_LEAST "at_least" AT_MOST "at_most" EXACTLY "exactly"
%token PLUS "+" MINUS "-" TIMES "*" OVER "/"
%token OPEN "(" CLOSE ")" OPEN_LIST "[" CLOSE_LIST "]" COMMA "," DOT "." AT "@" PERCENT "%" POINTS "pp"
%token DEFINE "define" GUARD "guard" COLON ":" EQUALS "="

%nterm <struct node *> rule or and not predicate unit comparison sum product factor primary path steps
%nterm <struct node *> arguments strings string quantified set members tail subject_tail number limit amount
%nterm <struct node *> head parameters parameter
%nterm <struct name> word
%nterm <enum quantifier> counted uncounted
%nterm <bool> guard

%%

input:
  START_RULE rule END              { parser->result = $rule; }
| START_HEAD head END              { parser->result = $head; }
| START_DEFINITIONS definitions END
;

definitions:
  %empty
| definitions DEFINE guard head ":" rule { if (!build_definition(parser, $guard, $head, $rule)) YYABORT; }
;

guard:
  %empty   { $$ = false; }
| GUARD    { $$ = true; }
;

head:
  NAME                             { $$ = build_head(parser, @$, $NAME, NULL); }
| NAME "(" parameters ")"          { $$ = build_head(parser, @$, $NAME, $parameters); }
;

parameters:
  parameter                        { $$ = build_list(parser, NODE_SET, @$, $parameter); }
| parameters[list] "," parameter   { $$ = build_more(parser, NODE_SET, @$, $list, $parameter); }
;

parameter:
  NAME                                  { $$ = build_parameter(parser, @$, $NAME, NULL, NULL, NULL); }
| NAME COMPARISON number                { $$ = build_parameter(parser, @$, $NAME, &$COMPARISON, $number, NULL); }
| NAME COMPARISON number[bound] "=" number[value]
                                        { $$ = build_parameter(parser, @$, $NAME, &$COMPARISON, $bound, $value); }
;

rule: or ;

or:
  and
| or[list] "or" and                { $$ = build_more(parser, NODE_OR, @$, $list, $and); }
;

and:
  not
| and[list] "and" not              { $$ = build_more(parser, NODE_AND, @$, $list, $not); }
;

not:
  predicate
| "not" not[operand]               { $$ = build_one(parser, NODE_NOT, @$, $operand); }
;

predicate:
  unit
| unit "with" NAME COMPARISON limit
                                   { $$ = build_floor(parser, @$, $unit, $NAME, $COMPARISON, @COMPARISON, $limit); }
| quantified
;

unit:
  comparison
| path NAME                        { $$ = build_verb(parser, @$, $path, $NAME, NULL, false); }
| path NAME amount                 { $$ = build_verb(parser, @$, $path, $NAME, $amount, false); }
| path NAME "within" amount        { $$ = build_verb(parser, @$, $path, $NAME, $amount, true); }
;

comparison:
  sum
| comparison[left] COMPARISON sum  { $$ = build_operator(parser, NODE_COMPARE, @$, $left, $COMPARISON, @COMPARISON, $sum); }
| sum "in" "[" strings "]"         { $$ = build_in(parser, @$, $sum, $strings); }
;

strings:
  string                           { $$ = build_list(parser, NODE_SET, @$, $string); }
| strings[list] "," string         { $$ = build_more(parser, NODE_SET, @$, $list, $string); }
;

string:
  STRING                           { $$ = build_leaf(parser, NODE_STRING, @$, $STRING); }
| number
| path
;

sum:
  product
| sum[left] "+" product            { $$ = build_operator(parser, NODE_ARITHMETIC, @$, $left, OPERATOR_ADD, @2, $product); }
| sum[left] "-" product            { $$ = build_operator(parser, NODE_ARITHMETIC, @$, $left, OPERATOR_SUBTRACT, @2, $product); }
;

product:
  factor
| product[left] "*" factor         { $$ = build_operator(parser, NODE_ARITHMETIC, @$, $left, OPERATOR_MULTIPLY, @2, $factor); }
| product[left] "/" factor         { $$ = build_operator(parser, NODE_ARITHMETIC, @$, $left, OPERATOR_DIVIDE, @2, $factor); }
;

factor:
  primary
| "-" factor[operand]              { $$ = build_one(parser, NODE_NEGATE, @$, $operand); }
;

primary:
  NUMBER                           { $$ = build_number(parser, @$, $NUMBER, SUFFIX_NONE); }
| NUMBER "%"                       { $$ = build_number(parser, @$, $NUMBER, SUFFIX_PERCENT); }
| NUMBER "pp"                      { $$ = build_number(parser, @$, $NUMBER, SUFFIX_POINTS); }
| STRING                           { $$ = build_leaf(parser, NODE_STRING, @$, $STRING); }
| path
| NAME "(" arguments ")"           { $$ = build_call(parser, @$, $NAME, $arguments); }
| "(" rule ")"                     { $$ = build_parentheses($rule, @$); }
;

arguments:
  rule                             { $$ = build_list(parser, NODE_SET, @$, $rule); }
| arguments[list] "," rule         { $$ = build_more(parser, NODE_SET, @$, $list, $rule); }
;

path: steps                        { $$ = build_path_text(parser, $steps); } ;

steps:
  NAME                             { $$ = build_path(parser, $NAME); }
| steps[begin] "." word            { $$ = build_path_step(parser, @$, $begin, $word); }
;

word:
  NAME
| "all" { $$ = (struct name){STR("all"), @$}; } | "any" { $$ = (struct name){STR("any"), @$}; }
| "none" { $$ = (struct name){STR("none"), @$}; } | "of" { $$ = (struct name){STR("of"), @$}; }
| "with" { $$ = (struct name){STR("with"), @$}; } | "in" { $$ = (struct name){STR("in"), @$}; }
| "not" { $$ = (struct name){STR("not"), @$}; } | "and" { $$ = (struct name){STR("and"), @$}; }
| "or" { $$ = (struct name){STR("or"), @$}; } | "within" { $$ = (struct name){STR("within"), @$}; }
;

quantified:
  uncounted "of" set tail          { $$ = build_quantified(parser, @$, $uncounted, NULL, $set, $tail); }
| counted number "of" set tail     { $$ = build_quantified(parser, @$, $counted, $number, $set, $tail); }
;

uncounted: "all" { $$ = QUANTIFIER_ALL; } | "any" { $$ = QUANTIFIER_ANY; } | "none" { $$ = QUANTIFIER_NONE; } ;

counted: "at_least" { $$ = QUANTIFIER_AT_LEAST; } | "at_most" { $$ = QUANTIFIER_AT_MOST; } | "exactly" { $$ = QUANTIFIER_EXACTLY; } ;

set:
  NAME                             { $$ = build_set(parser, @$, $NAME, NULL); }
| "@" NAME                         { $$ = build_set(parser, @$, (struct name){str_format(parser->arena, "@%.*s", STR_ARG($NAME.text)), @$}, NULL); }
| "(" members ")"                  { $$ = build_set(parser, @$, no_name, $members); }
;

members:
  path                             { $$ = build_list(parser, NODE_SET, @$, $path); }
| members[list] "," path           { $$ = build_more(parser, NODE_SET, @$, $list, $path); }
;

tail:
  subject_tail
| subject_tail "with" NAME COMPARISON limit
                                   { $$ = build_floor(parser, @$, $subject_tail, $NAME, $COMPARISON, @COMPARISON, $limit); }
;

subject_tail:
  NAME                             { $$ = build_verb(parser, @$, build_member(parser, @$, no_name), $NAME, NULL, false); }
| NAME amount                      { $$ = build_verb(parser, @$, build_member(parser, @NAME, no_name), $NAME, $amount, false); }
| NAME "within" amount             { $$ = build_verb(parser, @$, build_member(parser, @NAME, no_name), $NAME, $amount, true); }
| "." NAME COMPARISON sum          { $$ = build_operator(parser, NODE_COMPARE, @$, build_member(parser, (span){@1.begin, @NAME.end}, $NAME),
                                                         $COMPARISON, @COMPARISON, $sum); }
;

amount: number ;
limit: number ;

number:
  NUMBER                           { $$ = build_number(parser, @$, $NUMBER, SUFFIX_NONE); }
| NUMBER "%"                       { $$ = build_number(parser, @$, $NUMBER, SUFFIX_PERCENT); }
| NUMBER "pp"                      { $$ = build_number(parser, @$, $NUMBER, SUFFIX_POINTS); }
| "-" number[positive]             { $$ = build_negative(parser, @$, $positive); }
;

%%

static int yyreport_syntax_error(const yypcontext_t *context, struct rule_parser *parser) {
    enum { MOST_EXPECTED = 40 };
    yysymbol_kind_t expected[MOST_EXPECTED];
    int count = yypcontext_expected_tokens(context, expected, MOST_EXPECTED);
    const char *names[MOST_EXPECTED];
    for (int i = 0; i < count; i++) {
        names[i] = yysymbol_name(expected[i]);
    }
    report_unexpected(parser, *yypcontext_location(context), yysymbol_name(yypcontext_token(context)), names, count < 0 ? 0 : count);
    return 0;
}

/* Bison's own words are "memory exhausted": its stack is full, and a rule that fills it nests too deep. */
static void rule_yyerror(const span *at, struct rule_parser *parser, const char *message) {
    (void)message;
    report_too_deep(parser, *at);
}
