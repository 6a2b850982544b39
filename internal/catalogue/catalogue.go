package catalogue

import (
	"slices"

	"github.com/shopspring/decimal"

	"latchkey/internal/access"
)

// Catalogue is one revision of a tenant's catalogue. It never changes, so everyone may read it at once. The zero value
// is an empty one.
type Catalogue struct {
	revision int64
	entries  Entries

	providers        index[ProviderID, Provider]
	providerAccounts index[ProviderAccountID, ProviderAccount]
	serviceTypes     index[ServiceTypeID, ServiceType]
	productTypes     index[ProductTypeID, ProductType]
	products         index[ProductID, Product]
	packages         index[PackageID, Package]
	programs         index[ProgramID, Program]
	billProfiles     index[BillProfileID, BillProfile]
	processes        index[ProcessID, Process]
	reasons          index[ReasonID, UnavailableReason]
	fields           index[FieldID, CustomField]
	inventoryTypes   index[InventoryTypeID, InventoryType]
	lifelineTypes    index[LifelineTypeID, LifelineType]
	proofTypes       index[ProofTypeID, ProofType]
	agents           index[string, AgentDetails]

	labels map[scopedLabel]FieldID
	phases map[PhaseID]place
	routes map[RouteID]place
}

// index finds entries of one kind by their key.
type index[K comparable, E any] struct {
	entries []E
	at      map[K]int
}

func newIndex[K comparable, E any](entries []E, key func(E) K) index[K, E] {
	at := make(map[K]int, len(entries))
	for i, e := range entries {
		at[key(e)] = i
	}
	return index[K, E]{entries, at}
}

func (x index[K, E]) find(key K) (E, bool) {
	i, ok := x.at[key]
	if !ok {
		var none E
		return none, false
	}
	return x.entries[i], true
}

// scopedLabel is a custom field's label as it is compared.
type scopedLabel struct {
	scope Scope
	label string
}

func labelOf(scope Scope, label string) scopedLabel { return scopedLabel{scope, access.Fold(label)} }

// place is where a phase or a route stands: indexes of its process, its phase, and its own among the routes.
type place struct{ process, phase, route int }

// Build makes a catalogue of entries, which nobody may change afterwards. It finds no fault with them: Load does.
func Build(revision int64, e Entries) *Catalogue {
	c := &Catalogue{
		revision: revision, entries: e,
		providers:        newIndex(e.Providers, func(p Provider) ProviderID { return p.ID }),
		providerAccounts: newIndex(e.ProviderAccounts, func(a ProviderAccount) ProviderAccountID { return a.ID }),
		serviceTypes:     newIndex(e.ServiceTypes, func(t ServiceType) ServiceTypeID { return t.ID }),
		productTypes:     newIndex(e.ProductTypes, func(t ProductType) ProductTypeID { return t.ID }),
		products:         newIndex(e.Products, func(p Product) ProductID { return p.ID }),
		packages:         newIndex(e.Packages, func(p Package) PackageID { return p.ID }),
		programs:         newIndex(e.Programs, func(p Program) ProgramID { return p.ID }),
		billProfiles:     newIndex(e.BillProfiles, func(p BillProfile) BillProfileID { return p.ID }),
		processes:        newIndex(e.Processes, func(p Process) ProcessID { return p.ID }),
		reasons:          newIndex(e.UnavailableReasons, func(r UnavailableReason) ReasonID { return r.ID }),
		fields:           newIndex(e.CustomFields, func(f CustomField) FieldID { return f.ID }),
		inventoryTypes:   newIndex(e.InventoryTypes, func(t InventoryType) InventoryTypeID { return t.ID }),
		lifelineTypes:    newIndex(e.LifelineTypes, func(t LifelineType) LifelineTypeID { return t.ID }),
		proofTypes:       newIndex(e.ProofTypes, func(t ProofType) ProofTypeID { return t.ID }),
		agents:           newIndex(e.Agents, func(a AgentDetails) string { return a.Number }),
		labels:           make(map[scopedLabel]FieldID, len(e.CustomFields)),
		phases:           map[PhaseID]place{},
		routes:           map[RouteID]place{},
	}
	for _, f := range e.CustomFields {
		c.labels[labelOf(f.Scope, f.Label)] = f.ID
	}
	for i, process := range e.Processes {
		for j, phase := range process.Phases {
			c.phases[phase.ID] = place{process: i, phase: j}
			for k, route := range phase.Routes {
				c.routes[route.ID] = place{process: i, phase: j, route: k}
			}
		}
	}
	return c
}

// Revision gives the number of the revision; zero when nothing was ever loaded.
func (c *Catalogue) Revision() int64 { return c.revision }

// Entries gives everything, each kind in order of id. Nobody may change it.
func (c *Catalogue) Entries() Entries { return c.entries }

// TaxEngine gives what computes the tenant's taxes; CCH when nothing was ever said.
func (c *Catalogue) TaxEngine() TaxEngine {
	if c.entries.TaxEngine == "" {
		return CCH
	}
	return c.entries.TaxEngine
}

// Provider finds a provider, closed or not; false when there is none, as with every method that follows.
func (c *Catalogue) Provider(id ProviderID) (Provider, bool) { return c.providers.find(id) }

// ProviderByCode finds the provider with one of the vendor's carrier codes: the one that is still sold, or the last one
// that was.
func (c *Catalogue) ProviderByCode(code string) (found Provider, ok bool) {
	for _, p := range c.entries.Providers {
		if code != "" && p.Code == code && (!ok || !p.Closed) {
			found, ok = p, true
		}
	}
	return found, ok
}

// ProviderAccount finds an account with a provider.
func (c *Catalogue) ProviderAccount(id ProviderAccountID) (ProviderAccount, bool) {
	return c.providerAccounts.find(id)
}

// ServiceType finds a service type.
func (c *Catalogue) ServiceType(id ServiceTypeID) (ServiceType, bool) { return c.serviceTypes.find(id) }

// ProductType finds a product type.
func (c *Catalogue) ProductType(id ProductTypeID) (ProductType, bool) { return c.productTypes.find(id) }

// Product finds a product, closed or not.
func (c *Catalogue) Product(id ProductID) (Product, bool) { return c.products.find(id) }

// Package finds a package, closed or not.
func (c *Catalogue) Package(id PackageID) (Package, bool) { return c.packages.find(id) }

// Program finds a program, closed or not.
func (c *Catalogue) Program(id ProgramID) (Program, bool) { return c.programs.find(id) }

// BillProfile finds a bill profile.
func (c *Catalogue) BillProfile(id BillProfileID) (BillProfile, bool) { return c.billProfiles.find(id) }

// DefaultBillProfile gives the bill profile of customers for whom none is named; false when the tenant has no such one.
func (c *Catalogue) DefaultBillProfile() (BillProfile, bool) {
	i := slices.IndexFunc(c.entries.BillProfiles, func(p BillProfile) bool { return p.Default })
	if i < 0 {
		return BillProfile{}, false
	}
	return c.entries.BillProfiles[i], true
}

// Process finds a process.
func (c *Catalogue) Process(id ProcessID) (Process, bool) { return c.processes.find(id) }

// Phase finds a phase of any process.
func (c *Catalogue) Phase(id PhaseID) (Phase, bool) {
	at, ok := c.phases[id]
	if !ok {
		return Phase{}, false
	}
	return c.entries.Processes[at.process].Phases[at.phase], true
}

// ProcessOf finds the process that a phase is of.
func (c *Catalogue) ProcessOf(id PhaseID) (Process, bool) {
	at, ok := c.phases[id]
	if !ok {
		return Process{}, false
	}
	return c.entries.Processes[at.process], true
}

// Route finds a route of any process.
func (c *Catalogue) Route(id RouteID) (Route, bool) {
	at, ok := c.routes[id]
	if !ok {
		return Route{}, false
	}
	return c.entries.Processes[at.process].Phases[at.phase].Routes[at.route], true
}

// PhaseOf finds the phase that a route leads out of.
func (c *Catalogue) PhaseOf(id RouteID) (Phase, bool) {
	at, ok := c.routes[id]
	if !ok {
		return Phase{}, false
	}
	return c.entries.Processes[at.process].Phases[at.phase], true
}

// UnavailableReason finds a reason why an inventory item is not to be used.
func (c *Catalogue) UnavailableReason(id ReasonID) (UnavailableReason, bool) {
	return c.reasons.find(id)
}

// CustomField finds a custom field of any scope, closed or not.
func (c *Catalogue) CustomField(id FieldID) (CustomField, bool) { return c.fields.find(id) }

// FieldByLabel finds the custom field of a scope that has a label, compared by access.Fold, closed or not.
func (c *Catalogue) FieldByLabel(scope Scope, label string) (CustomField, bool) {
	id, ok := c.labels[labelOf(scope, label)]
	if !ok {
		return CustomField{}, false
	}
	return c.fields.find(id)
}

// InventoryType finds an inventory type, closed or not.
func (c *Catalogue) InventoryType(id InventoryTypeID) (InventoryType, bool) {
	return c.inventoryTypes.find(id)
}

// LifelineType finds a programme that entitles to Lifeline.
func (c *Catalogue) LifelineType(id LifelineTypeID) (LifelineType, bool) {
	return c.lifelineTypes.find(id)
}

// ProofType finds a kind of proof.
func (c *Catalogue) ProofType(id ProofTypeID) (ProofType, bool) { return c.proofTypes.find(id) }

// Agent finds what is told of the agent with a number, written as it is there.
func (c *Catalogue) Agent(number string) (AgentDetails, bool) { return c.agents.find(number) }

// PackageRates gives what the products of a package cost together: every month, and once.
func (c *Catalogue) PackageRates(p Package) (monthly, oneTime decimal.Decimal) {
	for _, in := range p.Products {
		product, _ := c.Product(in.Product)
		rate := product.Rate
		if in.Rate != nil {
			rate = *in.Rate
		}
		rate = rate.Mul(decimal.NewFromInt(int64(max(in.Quantity, 1))))
		if product.OneTime {
			oneTime = oneTime.Add(rate)
		} else {
			monthly = monthly.Add(rate)
		}
	}
	return monthly, oneTime
}
