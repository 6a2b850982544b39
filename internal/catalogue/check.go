package catalogue

import (
	"context"
	"fmt"

	"latchkey/internal/access"
	"latchkey/internal/problem"
)

// longestText is how many characters a description may have.
const longestText = 4000

// check refuses an import (InvalidInput) with all that is wrong with it; after is the catalogue as it would be.
func check(ctx context.Context, r Records, tenant access.TenantID, before, after *Catalogue, l Import) error {
	f := new(faults)
	e := l.Entries
	(subject{f, "tax_engine"}).word("it", string(e.TaxEngine), string(CCH), string(SureTax))
	after.checkProviders(f, e)
	after.checkProducts(f, e)
	after.checkPackages(f, e)
	after.checkBillProfiles(f, e)
	before.checkProcesses(f, e)
	after.checkRoutes(f)
	before.checkFields(f, e)
	after.checkLabels(f)
	checkInventoryTypes(f, before, after, e)
	checkPlain(f, e)
	for _, zip := range l.Zips {
		if !digits(zip, 5) {
			f.add("ZIP codes", fmt.Sprintf("a ZIP code has five digits; %q is none", zip))
		}
	}
	if err := checkAgents(ctx, r, tenant, f, e.Agents); err != nil {
		return err
	}
	return f.err()
}

func (c *Catalogue) checkProviders(f *faults, e Entries) {
	each(f, "provider", e.Providers, func(p Provider) ProviderID { return p.ID }, func(s subject, p Provider) {
		s.name("its name", p.Name)
		s.code("its code", p.Code)
		if other, _ := c.ProviderByCode(p.Code); p.Code != "" && !p.Closed && other.ID != p.ID {
			s.fault("provider %d has the code %s too; close one of them, or take the code away", other.ID, p.Code)
		}
	})
	each(f, "provider account", e.ProviderAccounts, func(a ProviderAccount) ProviderAccountID { return a.ID }, func(s subject, a ProviderAccount) {
		s.name("its name", a.Name)
		refers(s, "provider", a.Provider, c.Provider)
	})
}

func (c *Catalogue) checkProducts(f *faults, e Entries) {
	each(f, "product type", e.ProductTypes, func(t ProductType) ProductTypeID { return t.ID }, func(s subject, t ProductType) {
		s.name("its name", t.Name)
		s.code("its code", t.Code)
	})
	each(f, "product", e.Products, func(p Product) ProductID { return p.ID }, c.checkProduct)
}

func (c *Catalogue) checkProduct(s subject, p Product) {
	s.name("its name", p.Name)
	s.text("its description", p.Description, longestText)
	s.text("its wholesale description", p.WholesaleDescription, longestText)
	refers(s, "product type", p.Type, c.ProductType)
	mayRefer(s, "provider", p.Provider, c.Provider)
	s.money("its rate", p.Rate)
	s.money("its cost", p.Cost)
	s.state(p.State)
	s.number("its category", p.Category)
	s.text("its first code", p.Code1, longestName)
	s.text("its second code", p.Code2, longestName)
	s.class(p.Class)
	for _, l := range p.Locations {
		s.word("a location", l, "AGENT_PORTAL", "AUTO_RECHARGE", "BILLCENTER", "REPLENISH", "SIGNUP")
	}
	s.distinct("the location", p.Locations)
	allRefer(s, "bill profile", p.BillProfiles, c.BillProfile)
	allRefer(s, "service type", p.ServiceTypes, c.ServiceType)
	allRefer(s, "inventory type", p.InventoryTypes, c.InventoryType)
	var keys []string
	for _, a := range p.Attributes {
		s.name("the key of an attribute", a.Key)
		s.text("the attribute "+a.Key, a.Value, longestText)
		keys = append(keys, a.Key)
	}
	s.distinct("the attribute", keys)
	for _, a := range p.Allowances {
		s.number("the days of an allowance", int64(a.Days))
		s.number("the quantity of an allowance", int64(a.Quantity))
	}
}

func (c *Catalogue) checkPackages(f *faults, e Entries) {
	each(f, "program", e.Programs, func(p Program) ProgramID { return p.ID }, func(s subject, p Program) {
		s.name("its description", p.Description)
		s.text("its long description", p.LongDescription, longestText)
		s.text("its PIC", p.PIC, longestName)
		s.text("its LPIC", p.LPIC, longestName)
		s.number("the account that created it", p.CreatedBy)
	})
	each(f, "package", e.Packages, func(p Package) PackageID { return p.ID }, c.checkPackage)
}

func (c *Catalogue) checkPackage(s subject, p Package) {
	s.name("its name", p.Name)
	s.text("its description", p.Description, longestText)
	s.text("its details", p.Details, longestText)
	refers(s, "provider", p.Provider, c.Provider)
	mayRefer(s, "service type", p.ServiceType, c.ServiceType)
	mayRefer(s, "program", p.Program, c.Program)
	for _, in := range p.Products {
		refers(s, "product", in.Product, c.Product)
		s.number("the group of a product", in.Group)
		s.number("the quantity of a product", int64(in.Quantity))
		if in.Rate != nil {
			s.money("the rate of a product", *in.Rate)
		}
	}
	s.state(p.State)
	s.number("its category", p.Category)
	s.class(p.Class)
	for _, l := range p.Locations {
		s.word("a location", l, "AGENT_PORTAL", "SIGNUP")
	}
	s.distinct("the location", p.Locations)
	allRefer(s, "bill profile", p.BillProfiles, c.BillProfile)
	allRefer(s, "inventory type", p.InventoryTypes, c.InventoryType)
	for _, zip := range p.ZipCodes {
		if !digits(zip, 5) {
			s.fault("a ZIP code has five digits; %q is none", zip)
		}
	}
	s.distinct("the ZIP code", p.ZipCodes)
}

func (c *Catalogue) checkBillProfiles(f *faults, e Entries) {
	each(f, "bill profile", e.BillProfiles, func(p BillProfile) BillProfileID { return p.ID }, func(s subject, p BillProfile) {
		s.name("its name", p.Name)
		for _, other := range c.entries.BillProfiles {
			if p.Default && other.Default && other.ID != p.ID {
				s.fault("bill profile %d is the default too; only one can be", other.ID)
			}
		}
	})
}

// checkProcesses looks at processes by themselves. A phase stays in its process, as orders may be in it.
func (c *Catalogue) checkProcesses(f *faults, e Entries) {
	each(f, "process", e.Processes, func(p Process) ProcessID { return p.ID }, func(s subject, p Process) {
		s.name("its name", p.Name)
		if len(p.Phases) == 0 {
			s.fault("it has no phase; an order begins in the first")
		}
		phases := map[PhaseID]bool{}
		for _, phase := range p.Phases {
			phases[phase.ID] = true
		}
		for _, phase := range p.Phases {
			s.id(int64(phase.ID))
			s.name(fmt.Sprintf("the description of phase %d", phase.ID), phase.Description)
			for _, route := range phase.Routes {
				s.id(int64(route.ID))
				s.name(fmt.Sprintf("the description of route %d", route.ID), route.Description)
				if route.To != 0 && !phases[route.To] {
					s.fault("route %d leads to phase %d, which it does not have; name one of its phases, or none to end", route.ID, route.To)
				}
			}
		}
		was, _ := c.Process(p.ID)
		for _, phase := range was.Phases {
			if !phases[phase.ID] {
				s.fault("phase %d is missing; orders may be in it, so it stays: take away the routes that lead there", phase.ID)
			}
		}
	})
}

// checkRoutes looks that no phase and no route has the id of another, in any process.
func (c *Catalogue) checkRoutes(f *faults) {
	phases, routes := map[PhaseID]ProcessID{}, map[RouteID]ProcessID{}
	for _, p := range c.entries.Processes {
		s := subject{f, fmt.Sprintf("process %d", p.ID)}
		for _, phase := range p.Phases {
			if other, taken := phases[phase.ID]; taken {
				s.fault("process %d has a phase %d too; give another id", other, phase.ID)
			}
			phases[phase.ID] = p.ID
			for _, route := range phase.Routes {
				if other, taken := routes[route.ID]; taken {
					s.fault("process %d has a route %d too; give another id", other, route.ID)
				}
				routes[route.ID] = p.ID
			}
		}
	}
}

// checkAgents looks that agents are there, and at what is told of them.
func checkAgents(ctx context.Context, r Records, tenant access.TenantID, f *faults, agents []AgentDetails) error {
	seen := map[string]bool{}
	for _, a := range agents {
		s := subject{f, fmt.Sprintf("agent %q", a.Number)}
		if seen[a.Number] {
			s.fault("it is there twice; leave one of the two out")
		}
		seen[a.Number] = true
		switch _, err := r.AgentByNumber(ctx, tenant, a.Number); {
		case problem.Has(err, problem.NoSuchAgent):
			s.fault("the tenant has no agent with this number; add it with latchkey agent add")
		case err != nil:
			return err
		}
		s.text("its phone", a.Phone, longestName)
		s.text("its fax", a.Fax, longestName)
		s.text("its e-mail", a.Email, longestLine)
		s.text("its hours of operation", a.HoursOfOperation, longestText)
		s.text("its location details", a.LocationDetails, longestText)
		s.number("its commission plan", a.CommissionPlan)
		s.take(a.Address.check())
		if a.Address.domestic() && a.Address.Zip != "" && !digits(a.Address.Zip, 5) {
			s.fault("a ZIP code has five digits; %q is none", a.Address.Zip)
		}
	}
	return nil
}
