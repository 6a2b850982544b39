package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"latchkey/internal/catalogue"
	"latchkey/internal/cataloguefile"
	"latchkey/internal/problem"
	"latchkey/internal/telecom"
)

type catalogueCommands struct {
	Import catalogueImport `cmd:"" help:"Bring entries into a tenant's catalogue from YAML and CSV files."`
	Show   catalogueShow   `cmd:"" help:"Show what is in a tenant's catalogue."`
	Export catalogueExport `cmd:"" help:"Write a tenant's catalogue to a YAML file."`
}

type catalogueImport struct {
	whose
	Tenant      string   `arg:"" placeholder:"CODE" help:"The tenant's code."`
	File        []string `arg:"" placeholder:"FILE" help:"Files that end in .yaml, .yml or .csv, and folders with such files."`
	Section     string   `placeholder:"SECTION" help:"What the CSV files hold, where their names don't say so, such as products."`
	ReplaceZips bool     `help:"The ZIP codes of the files take the place of the tenant's table; otherwise they are added to it."`
	Check       bool     `aliases:"dry-run" help:"Validate the whole and write nothing."`
}

// Help says what the files look like.
func (catalogueImport) Help() string {
	return "A YAML file has a section for each kind of entry (providers, products, packages and so on); a CSV file holds one " +
		"section, the one that its name begins with, with the keys in the first line and semicolons within lists. " +
		"docs/reference/catalogue.md shows all of them; latchkey catalogue export writes what there is in that form.\n\n" +
		"An entry is added, or replaces the one of the same kind and id. In YAML it is then as it is written; of an entry in CSV a " +
		"column that the file doesn't have stays as it was, and an empty cell clears. Nothing is deleted: closed: true takes an entry out of " +
		"what is sold. All files together are validated before anything is written, against what is in the catalogue already, " +
		"and everything that is wrong is named. Then all of it is written, or nothing. A long import shows its progress on the " +
		"standard error.\n\n" + examples(
		"latchkey catalogue import ACME catalogue.yaml --check",
		"latchkey catalogue import ACME catalogue.yaml products.csv",
		"latchkey catalogue import ACME folder",
		"latchkey catalogue import ACME us-zips.csv --section zip_codes --replace-zips")
}

// ask reads the files, which a server could not see.
func (c *catalogueImport) ask(p *person) (string, error) {
	var files []cataloguefile.File
	for _, name := range c.File {
		names, err := filesIn(name)
		if err != nil {
			return "", err
		}
		for _, name := range names {
			text, err := p.readInput(name)
			if err != nil {
				return "", err
			}
			file := cataloguefile.File{Name: name, Text: text}
			if err := file.CheckEncoding(); err != nil { // on its way to a server other bytes would become other letters
				return "", err
			}
			files = append(files, file)
		}
	}
	input, err := json.Marshal(files)
	return string(input), err
}

// filesIn gives the files of a folder that hold parts of a catalogue, or the one file that is named.
func filesIn(name string) ([]string, error) {
	info, err := os.Stat(name)
	if err != nil || !info.IsDir() {
		return []string{name}, err
	}
	entries, err := os.ReadDir(name)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if extension := strings.ToLower(filepath.Ext(e.Name())); !e.IsDir() && slices.Contains([]string{".yaml", ".yml", ".csv"}, extension) {
			names = append(names, filepath.Join(name, e.Name()))
		}
	}
	if names == nil {
		return nil, fmt.Errorf("there is no file in %s that ends in .yaml, .yml or .csv", name)
	}
	return names, nil
}

func (c *catalogueImport) runInside(ctx context.Context, d *desk) error {
	who, err := d.operator(ctx, c.Tenant)
	if err != nil {
		return err
	}
	brought, err := c.read(d)
	if err != nil {
		return err
	}
	imports := d.house.Telecom.Imports
	if c.Check {
		report, err := imports.Check(ctx, who, brought)
		if err != nil {
			return err
		}
		d.sayImported(report, len(brought.Exemptions))
		d.say("This can be imported; nothing was written.")
		return nil
	}
	report, err := imports.Run(ctx, who, brought)
	if err != nil {
		return err
	}
	d.sayImported(report, len(brought.Exemptions))
	d.say("The catalogue of %s is at revision %d.", who.Tenant.Code, report.Revision)
	return nil
}

// read gives what is in the files.
func (c *catalogueImport) read(d *desk) (telecom.Import, error) {
	var files []cataloguefile.File
	if err := json.Unmarshal([]byte(d.input), &files); err != nil {
		return telecom.Import{}, fmt.Errorf("read the files: %w", err)
	}
	content, err := cataloguefile.Read(c.Section, files...)
	if err != nil {
		return telecom.Import{}, err
	}
	if c.ReplaceZips && !content.HasZips {
		return telecom.Import{}, problem.New(problem.InvalidInput, "there are no ZIP codes in the files that could replace those there are; "+
			"an empty section zip_codes takes the table away")
	}
	brought := telecom.Import{
		Import: catalogue.Import{
			Entries: content.Entries, Onto: content.Onto, Zips: content.Zips, ReplaceZips: c.ReplaceZips, Progress: d.tellProgress(),
		},
		Exemptions: map[telecom.CustomerID][]string{},
	}
	for customer, exemptions := range content.Exemptions {
		brought.Exemptions[telecom.CustomerID(customer)] = exemptions
	}
	return brought, nil
}

// tellProgress gives what shows how far a long import is.
func (d *desk) tellProgress() func(done, total int) {
	told := 0
	return func(done, total int) {
		if done < told { // the transaction was begun anew
			told = 0
		}
		if total > progressEvery && (done-told >= progressEvery || done == total) {
			d.warn("wrote %d of %d", done, total)
			told = done
		}
	}
}

// sayImported says how much of what there is in an import.
func (d *desk) sayImported(report catalogue.Report, exemptions int) {
	for _, kind := range catalogue.Kinds() {
		if n := report.Written[kind]; n > 0 {
			d.say("%s: %d", kind, n)
		}
	}
	if report.Zips > 0 {
		d.say("zip_codes: %d", report.Zips)
	}
	if exemptions > 0 {
		d.say("tax_exemptions: %d", exemptions)
	}
}

type catalogueExport struct {
	whose
	Tenant  string `arg:"" placeholder:"CODE" help:"The tenant's code."`
	File    string `arg:"" placeholder:"FILE" help:"The YAML file to write; - is the standard output."`
	Replace bool   `help:"Replace a file that is there."`
}

// Help says what is in the file.
func (catalogueExport) Help() string {
	return "The file has the form that latchkey catalogue import reads. ZIP codes and the tax exemptions of customers are not in it.\n\n" +
		examples("latchkey catalogue export ACME catalogue.yaml", "latchkey catalogue export ACME - | less")
}

func (c *catalogueExport) deliverTo() string { return c.File }

// ask has nothing to ask, but looks whether the file may be written before anything is read.
func (c *catalogueExport) ask(*person) (string, error) {
	if c.Replace {
		return "", nil
	}
	return "", mustNotBeThere(c.File)
}

// mustNotBeThere refuses a file to be written that is there already.
func mustNotBeThere(file string) error {
	if file == "-" {
		return nil
	}
	if _, err := os.Lstat(file); err == nil {
		return errors.New(file + " is there already: take another name, or --replace it")
	}
	return nil
}

func (c *catalogueExport) runInside(ctx context.Context, d *desk) error {
	who, err := d.operator(ctx, c.Tenant)
	if err != nil {
		return err
	}
	current, err := d.house.Catalogue.Current(ctx, who)
	if err != nil {
		return err
	}
	var text bytes.Buffer
	fmt.Fprintf(&text, "# The catalogue of %s at revision %d.\n", who.Tenant.Code, current.Revision())
	if err := cataloguefile.Write(&text, current.Entries()); err != nil {
		return err
	}
	if _, err := d.file.Write(text.Bytes()); err != nil {
		return err
	}
	d.warn("Revision %d of the catalogue of %s was written.", current.Revision(), who.Tenant.Code)
	return nil
}
