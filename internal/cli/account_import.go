package cli

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"latchkey/internal/access"
	"latchkey/internal/problem"
)

type accountImport struct {
	whose
	File         string `arg:"" placeholder:"FILE" help:"The CSV file; - is the standard input."`
	DryRun       bool   `help:"Validate the whole file and write nothing."`
	SkipExisting bool   `help:"Pass over accounts that are there already, in place of refusing the file."`
}

// Help says what the file looks like.
func (accountImport) Help() string {
	return "The first line names the columns, in any order: tenant (its code), name, role, agent_number, kind, login_name, " +
		"password_hash. Only tenant and name must be there; role is api and kind is user where nothing is given; an account " +
		"without a hash gets no password. A hash is bcrypt ($2a$, $2b$, $2y$), ASP.NET Identity (version 2 or 3), " +
		"ASP.NET Membership (membership$sha1$SALT$HASH, both in base64; sha256 and hmacsha256 likewise) or Argon2id; " +
		"it is replaced by one of ours when its account signs in for the first time.\n\n" +
		"The whole file is validated before anything is written, and every line that is wrong is named. Long files show " +
		"their progress on the standard error.\n\n" + examples(
		"latchkey account import accounts.csv --dry-run",
		"latchkey account import accounts.csv")
}

func (c *accountImport) ask(p *person) (string, error) { return p.readInput(c.File) }

// importColumns are the columns a file may have.
var importColumns = [...]string{"tenant", "name", "role", "agent_number", "kind", "login_name", "password_hash"}

// importAtOnce is how many accounts one transaction adds; between two, other writers have their turn.
const importAtOnce = 200

// progressEvery is after how many lines a long import shows how far it is.
const progressEvery = 1000

// mostComplaints bounds how many wrong lines are named.
const mostComplaints = 50

func (c *accountImport) runInside(ctx context.Context, d *desk) error {
	lines, err := readImport(d.input)
	if err != nil {
		return err
	}
	in := &importing{
		desk: d, skipExisting: c.SkipExisting, tenants: map[string]access.Tenant{}, agents: map[[2]string]access.AgentID{},
		names: map[string]int{}, logins: map[string]int{},
	}
	if err := in.validate(ctx, lines); err != nil {
		return err
	}
	if c.DryRun {
		d.say("%s can be imported, %d passed over; nothing was written.", count(int64(len(in.accounts)), "account"), in.skipped)
		return nil
	}
	if err := in.write(ctx); err != nil {
		return err
	}
	d.say("%s imported, %d passed over.", count(int64(len(in.accounts)), "account"), in.skipped)
	return nil
}

// importLine is a line of the file: its number, and its fields by column.
type importLine struct {
	number int
	field  map[string]string
}

func readImport(text string) ([]importLine, error) {
	reader := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff")))
	header, err := reader.Read()
	if errors.Is(err, io.EOF) {
		return nil, problem.New(problem.InvalidInput, "the file is empty; its first line names the columns %s", strings.Join(importColumns[:], ","))
	}
	if err != nil {
		return nil, problem.New(problem.InvalidInput, "the file is no CSV: %v", err)
	}
	if err := checkHeader(header); err != nil {
		return nil, err
	}
	var lines []importLine
	for {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return lines, nil
		}
		if err != nil {
			return nil, problem.New(problem.InvalidInput, "the file is no CSV: %v", err)
		}
		number, _ := reader.FieldPos(0)
		line := importLine{number, map[string]string{}}
		for i, name := range header {
			line.field[name] = strings.TrimSpace(record[i])
		}
		lines = append(lines, line)
	}
}

func checkHeader(header []string) error {
	for i, name := range header {
		header[i] = strings.ToLower(strings.TrimSpace(name))
		if !slices.Contains(importColumns[:], header[i]) {
			return problem.New(problem.InvalidInput, "line 1: there is no column %q; there are %s", name, strings.Join(importColumns[:], ", "))
		}
		if slices.Contains(header[:i], header[i]) {
			return problem.New(problem.InvalidInput, "line 1: the column %q is there twice", name)
		}
	}
	for _, needed := range importColumns[:2] {
		if !slices.Contains(header, needed) {
			return problem.New(problem.InvalidInput, "line 1: the column %q is missing", needed)
		}
	}
	return nil
}

// importing is one import on its way.
type importing struct {
	desk         *desk
	skipExisting bool

	tenants map[string]access.Tenant
	agents  map[[2]string]access.AgentID
	names   map[string]int // the line that names an account
	logins  map[string]int // the line that gives a login name

	accounts []access.NewAccount
	numbers  []int // the line of each account
	skipped  int
}

// validate looks at every line and says everything that is wrong.
func (in *importing) validate(ctx context.Context, lines []importLine) error {
	var wrong []string
	for i, line := range lines {
		if err := in.validateLine(ctx, line); err != nil {
			if problem.Of(err).Code == problem.Internal {
				return fmt.Errorf("line %d: %w", line.number, err)
			}
			wrong = append(wrong, fmt.Sprintf("line %d: %v", line.number, err))
		}
		in.progress("validated", i+1, len(lines))
	}
	if len(wrong) == 0 {
		return nil
	}
	more := ""
	if len(wrong) > mostComplaints {
		more = fmt.Sprintf("\nand %d lines more", len(wrong)-mostComplaints)
		wrong = wrong[:mostComplaints]
	}
	return problem.New(problem.InvalidInput, "%s%s\nnothing was written", strings.Join(wrong, "\n"), more)
}

func (in *importing) validateLine(ctx context.Context, line importLine) error {
	account, err := in.account(ctx, line)
	if err != nil {
		return err
	}
	if err := in.unique(line, account.Account); err != nil {
		return err
	}
	err = in.desk.house.Access.Accounts.Check(ctx, account)
	if in.skipExisting && problem.Has(err, problem.AlreadyExists) {
		in.skipped++
		return nil
	}
	if err == nil {
		in.accounts, in.numbers = append(in.accounts, account), append(in.numbers, line.number)
	}
	return err
}

// account makes of a line the account it stands for.
func (in *importing) account(ctx context.Context, line importLine) (access.NewAccount, error) {
	or := func(value, otherwise string) string {
		if value == "" {
			return otherwise
		}
		return value
	}
	code, number := line.field["tenant"], line.field["agent_number"]
	tenant, err := in.tenant(ctx, code)
	if err != nil {
		return access.NewAccount{}, err
	}
	account := access.NewAccount{
		Account: access.Account{
			TenantID: tenant.ID, Name: line.field["name"], LoginName: line.field["login_name"],
			Role: or(line.field["role"], "api"), Kind: access.AccountKind(or(line.field["kind"], string(access.User))),
		},
		Password: access.NewPassword{Imported: line.field["password_hash"]},
	}
	if number != "" {
		account.Account.AgentID, err = in.agent(ctx, tenant, number)
	}
	return account, err
}

func (in *importing) tenant(ctx context.Context, code string) (access.Tenant, error) {
	if tenant, found := in.tenants[access.Fold(code)]; found {
		return tenant, nil
	}
	tenant, err := in.desk.house.Access.Tenants.ByCode(ctx, code)
	if err == nil {
		in.tenants[access.Fold(code)] = tenant
	}
	return tenant, err
}

func (in *importing) agent(ctx context.Context, tenant access.Tenant, number string) (access.AgentID, error) {
	key := [2]string{tenant.Code, number}
	if id, found := in.agents[key]; found {
		return id, nil
	}
	agent, err := in.desk.house.Access.Agents.ByNumber(ctx, tenant.ID, number)
	if err == nil {
		in.agents[key] = agent.ID
	}
	return agent.ID, err
}

// unique refuses a line that names what an earlier one names.
func (in *importing) unique(line importLine, account access.Account) error {
	name := fmt.Sprintf("%d/%s", account.TenantID, access.Fold(account.Name))
	if first, found := in.names[name]; found {
		return problem.New(problem.InvalidInput, "the account %q is in line %d already", account.Name, first)
	}
	in.names[name] = line.number
	if account.LoginName == "" {
		return nil
	}
	login := string(account.Kind) + "/" + access.Fold(account.LoginName)
	if first, found := in.logins[login]; found {
		return problem.New(problem.InvalidInput, "the login name %q is in line %d already", account.LoginName, first)
	}
	in.logins[login] = line.number
	return nil
}

// write adds the accounts, some at once.
func (in *importing) write(ctx context.Context) error {
	for begin := 0; begin < len(in.accounts); begin += importAtOnce {
		end := min(begin+importAtOnce, len(in.accounts))
		if err := in.desk.house.Access.Accounts.AddAll(ctx, in.desk.by, in.accounts[begin:end]); err != nil {
			return fmt.Errorf("%w: the accounts of lines %d to %d are not imported, %s before them are; "+
				"--skip-existing goes on from there", err, in.numbers[begin], in.numbers[len(in.numbers)-1], count(int64(begin), "account"))
		}
		in.progress("wrote", end, len(in.accounts))
	}
	return nil
}

func (in *importing) progress(done string, n, of int) {
	if of > progressEvery && (n%progressEvery == 0 || n == of) {
		fmt.Fprintf(in.desk.err, "%s %d of %d\n", done, n, of)
	}
}
