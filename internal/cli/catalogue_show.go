package cli

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"latchkey/internal/catalogue"
)

type catalogueShow struct {
	whose
	listing
	Tenant  string `arg:"" placeholder:"CODE" help:"The tenant's code."`
	Section string `arg:"" optional:"" placeholder:"SECTION" help:"Which entries to list, such as products; without it, how many there are of each."`
}

// Help shows examples.
func (catalogueShow) Help() string {
	return "What is closed is no longer sold. latchkey catalogue export writes entries with all there is to them.\n\n" + examples(
		"latchkey catalogue show ACME", "latchkey catalogue show ACME packages", "latchkey catalogue show ACME products --json")
}

type catalogueCountRow struct {
	Section string `json:"section" column:"SECTION"`
	Entries int    `json:"entries" column:"ENTRIES"`
}

type catalogueRow struct {
	ID      string `json:"id" column:"ID"`
	Name    string `json:"name" column:"NAME"`
	Details string `json:"details,omitempty" column:"DETAILS"`
	Closed  bool   `json:"closed" column:"CLOSED"`
}

func (c *catalogueShow) runInside(ctx context.Context, d *desk) error {
	if c.Section != "" && !slices.Contains(catalogue.Kinds(), c.Section) {
		return usageError(fmt.Sprintf("there is no section %q; the sections are %s", c.Section, strings.Join(catalogue.Kinds(), ", ")))
	}
	who, err := d.operator(ctx, c.Tenant)
	if err != nil {
		return err
	}
	current, err := d.house.Catalogue.Current(ctx, who)
	if err != nil {
		return err
	}
	if c.Section != "" {
		return show(d.out, c.listing, catalogueRows(current, c.Section))
	}
	var rows []catalogueCountRow
	counts := current.Entries().Count()
	for _, kind := range catalogue.Kinds() {
		rows = append(rows, catalogueCountRow{kind, counts[kind]})
	}
	d.warn("Revision %d, taxes by %s.", current.Revision(), current.TaxEngine())
	return show(d.out, c.listing, rows)
}

// entryRows makes rows of entries.
func entryRows[E any](entries []E, row func(E) catalogueRow) []catalogueRow {
	rows := make([]catalogueRow, len(entries))
	for i, e := range entries {
		rows[i] = row(e)
	}
	return rows
}

// rowOf is an entry that is never closed.
func rowOf[ID ~int64](id ID, name string, details ...string) catalogueRow {
	said := slices.DeleteFunc(details, func(d string) bool { return d == "" })
	return catalogueRow{ID: fmt.Sprint(id), Name: name, Details: strings.Join(said, ", ")}
}

func (r catalogueRow) andClosed(closed bool) catalogueRow {
	r.Closed = closed
	return r
}

// catalogueRows gives the rows of a section.
func catalogueRows(c *catalogue.Catalogue, section string) []catalogueRow {
	e := c.Entries()
	switch section {
	case "providers":
		return entryRows(e.Providers, func(p catalogue.Provider) catalogueRow { return rowOf(p.ID, p.Name, p.Code).andClosed(p.Closed) })
	case "provider_accounts":
		return entryRows(e.ProviderAccounts, func(a catalogue.ProviderAccount) catalogueRow {
			provider, _ := c.Provider(a.Provider)
			return rowOf(a.ID, a.Name, "with "+provider.Name)
		})
	case "service_types":
		return entryRows(e.ServiceTypes, func(t catalogue.ServiceType) catalogueRow { return rowOf(t.ID, t.Name) })
	case "product_types":
		return entryRows(e.ProductTypes, func(t catalogue.ProductType) catalogueRow { return rowOf(t.ID, t.Name, t.Code) })
	case "bill_profiles":
		return entryRows(e.BillProfiles, func(p catalogue.BillProfile) catalogueRow {
			return rowOf(p.ID, p.Name, map[bool]string{true: "default"}[p.Default])
		})
	case "custom_fields":
		return entryRows(e.CustomFields, func(f catalogue.CustomField) catalogueRow {
			return rowOf(f.ID, f.Label, "of "+string(f.Scope)).andClosed(f.Closed)
		})
	case "inventory_types":
		return entryRows(e.InventoryTypes, func(t catalogue.InventoryType) catalogueRow {
			return rowOf(t.ID, t.Name, string(t.Kind), t.Format).andClosed(t.Closed)
		})
	case "products":
		return entryRows(e.Products, func(p catalogue.Product) catalogueRow { return productEntryRow(c, p) })
	default:
		return moreCatalogueRows(c, section)
	}
}

func moreCatalogueRows(c *catalogue.Catalogue, section string) []catalogueRow {
	e := c.Entries()
	switch section {
	case "programs":
		return entryRows(e.Programs, func(p catalogue.Program) catalogueRow {
			return rowOf(p.ID, p.Description, p.LongDescription).andClosed(p.Closed)
		})
	case "packages":
		return entryRows(e.Packages, func(p catalogue.Package) catalogueRow { return packageEntryRow(c, p) })
	case "processes":
		return entryRows(e.Processes, func(p catalogue.Process) catalogueRow {
			var phases []string
			for _, phase := range p.Phases {
				phases = append(phases, phase.Description)
			}
			return rowOf(p.ID, p.Name, strings.Join(phases, " / "))
		})
	case "unavailable_reasons":
		return entryRows(e.UnavailableReasons, func(r catalogue.UnavailableReason) catalogueRow { return rowOf(r.ID, r.Description) })
	case "lifeline_types":
		return entryRows(e.LifelineTypes, func(t catalogue.LifelineType) catalogueRow { return rowOf(t.ID, t.Name, t.State) })
	case "proof_types":
		return entryRows(e.ProofTypes, func(t catalogue.ProofType) catalogueRow { return rowOf(t.ID, t.Name, t.Notes) })
	default: // agents
		return entryRows(e.Agents, func(a catalogue.AgentDetails) catalogueRow {
			return catalogueRow{ID: a.Number, Name: cmp.Or(a.Address.CompanyName, a.Email), Details: a.Phone}
		})
	}
}

func productEntryRow(c *catalogue.Catalogue, p catalogue.Product) catalogueRow {
	kind, _ := c.ProductType(p.Type)
	provider, _ := c.Provider(p.Provider)
	often := "monthly"
	if p.OneTime {
		often = "once"
	}
	return rowOf(p.ID, p.Name, p.Rate.StringFixed(4)+" "+often, kind.Name, provider.Name).andClosed(p.Closed)
}

func packageEntryRow(c *catalogue.Catalogue, p catalogue.Package) catalogueRow {
	monthly, once := c.PackageRates(p)
	provider, _ := c.Provider(p.Provider)
	said := ""
	if !once.IsZero() {
		said = once.StringFixed(4) + " once"
	}
	return rowOf(p.ID, p.Name, monthly.StringFixed(4)+" monthly", said, provider.Name).andClosed(p.Closed)
}
