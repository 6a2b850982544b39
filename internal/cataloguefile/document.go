package cataloguefile

import (
	"time"

	"github.com/shopspring/decimal"
)

// document is a file: a section for each kind of entry, under the names of catalogue.Kinds. The tag yaml is a key, help what
// the reference says of it. A key whose tag has omitempty may be left out.
type document struct {
	TaxEngine          string              `yaml:"tax_engine,omitempty" help:"What computes the tenant's taxes: cch (the default) or suretax. It says which tax exemptions there are."`
	Providers          []provider          `yaml:"providers,omitempty" help:"Who delivers services."`
	ProviderAccounts   []providerAccount   `yaml:"provider_accounts,omitempty" help:"The tenant's accounts with providers."`
	ServiceTypes       []serviceType       `yaml:"service_types,omitempty" help:"What kinds of services there are."`
	ProductTypes       []productType       `yaml:"product_types,omitempty" help:"What products are on a bill."`
	BillProfiles       []billProfile       `yaml:"bill_profiles,omitempty" help:"How customers are billed."`
	CustomFields       []customField       `yaml:"custom_fields,omitempty" help:"Fields that the tenant defines. One stays in its scope."`
	InventoryTypes     []inventoryType     `yaml:"inventory_types,omitempty" help:"What is handed to customers. A type stays of its kind."`
	Products           []product           `yaml:"products,omitempty" help:"What is sold."`
	Programs           []program           `yaml:"programs,omitempty" help:"Plans of usage."`
	Packages           []bundle            `yaml:"packages,omitempty" help:"Bundles of products that make a service."`
	Processes          []process           `yaml:"processes,omitempty" help:"What orders go through. A phase, once there, stays in its process."`
	UnavailableReasons []unavailableReason `yaml:"unavailable_reasons,omitempty" help:"Why inventory is not to be used."`
	LifelineTypes      []lifelineType      `yaml:"lifeline_types,omitempty" help:"Programmes that entitle to Lifeline."`
	ProofTypes         []proofType         `yaml:"proof_types,omitempty" help:"Documents that prove it."`
	Agents             []agent             `yaml:"agents,omitempty" help:"What is told of agents beside their names. Agents themselves are made by latchkey agent add."`
	ZipCodes           []string            `yaml:"zip_codes,omitempty" help:"The table of ZIP codes, five digits each. Once a tenant has one, others are unknown."`
	TaxExemptions      []taxExemption      `yaml:"tax_exemptions,omitempty" help:"Which taxes customers that are there do not pay."`
}

type provider struct {
	ID     int64  `yaml:"id" help:"On the wire CarrierID."`
	Name   string `yaml:"name"`
	Code   string `yaml:"code,omitempty" help:"One of the vendor's carrier codes, such as ATT_WIRELESS; of two with one code all but one are closed."`
	Closed bool   `yaml:"closed,omitempty" help:"No longer sold; what customers have stays."`
}

type providerAccount struct {
	ID       int64  `yaml:"id" help:"On the wire CarrierAccountID."`
	Provider int64  `yaml:"provider" help:"The id of a provider."`
	Name     string `yaml:"name"`
}

type serviceType struct {
	ID   int64  `yaml:"id" help:"On the wire LineTypeID."`
	Name string `yaml:"name"`
}

type productType struct {
	ID   int64  `yaml:"id" help:"On the wire ProductTypeID."`
	Name string `yaml:"name"`
	Code string `yaml:"code,omitempty" help:"One of the vendor's product type codes."`
}

type billProfile struct {
	ID      int64  `yaml:"id" help:"On the wire BillProfileID."`
	Name    string `yaml:"name"`
	Default bool   `yaml:"default,omitempty" help:"Of customers for whom none is named; one at most has it."`
}

type customField struct {
	ID     int64  `yaml:"id" help:"On the wire FieldID."`
	Scope  string `yaml:"scope" help:"What it is a field of: customer, service, inventory or inventory_type."`
	Label  string `yaml:"label" help:"Each once in a scope, in any letter case."`
	Closed bool   `yaml:"closed,omitempty" help:"Takes no new values."`
}

type inventoryType struct {
	ID                      int64        `yaml:"id" help:"On the wire InventoryTypeID."`
	Kind                    string       `yaml:"kind" help:"General, Telephone_Number, IP_Address, Mobile_Device or SIM_Card."`
	Name                    string       `yaml:"name"`
	Description             string       `yaml:"description,omitempty"`
	IdentifierLabel         string       `yaml:"identifier_label,omitempty" help:"What the identifier of its items is called, such as ESN."`
	Format                  string       `yaml:"format,omitempty" help:"What an identifier looks like: NONE (the default), ESN_DECIMAL, MEID_DECIMAL, ESN_OR_MEID_DECIMAL, ICCID_DECIMAL, IMEI_DECIMAL or MAC_ADDRESS."`
	RequiresProduct         bool         `yaml:"requires_product,omitempty" help:"Its items go to customer products only."`
	ProgrammingInstructions string       `yaml:"programming_instructions,omitempty"`
	Fields                  []fieldValue `yaml:"fields,omitempty" help:"Its custom fields, of scope inventory_type."`
	Closed                  bool         `yaml:"closed,omitempty" help:"No new items of it."`
}

type fieldValue struct {
	Field int64  `yaml:"field" help:"The id of a custom field."`
	Value string `yaml:"value"`
}

type product struct {
	ID                   int64           `yaml:"id" help:"On the wire ProductID."`
	Name                 string          `yaml:"name"`
	Description          string          `yaml:"description,omitempty"`
	WholesaleDescription string          `yaml:"wholesale_description,omitempty"`
	Type                 int64           `yaml:"type" help:"The id of a product type."`
	Provider             int64           `yaml:"provider,omitempty" help:"The id of a provider; none: of no provider."`
	Rate                 decimal.Decimal `yaml:"rate" help:"What a customer pays for it."`
	Cost                 decimal.Decimal `yaml:"cost,omitempty" help:"What the tenant pays for it."`
	OneTime              bool            `yaml:"one_time,omitempty" help:"Paid once; else every month."`
	State                string          `yaml:"state,omitempty" help:"Two letters; none: sold in every state."`
	Category             int64           `yaml:"category,omitempty" help:"On the wire ProductCategoryID."`
	Code1                string          `yaml:"code1,omitempty" help:"For provisioning."`
	Code2                string          `yaml:"code2,omitempty" help:"For provisioning."`
	Provisioned          bool            `yaml:"provisioned,omitempty" help:"Whether the codes are in use."`
	GroupOnBill          bool            `yaml:"group_on_bill,omitempty"`
	TaxIncluded          bool            `yaml:"tax_included,omitempty"`
	Class                string          `yaml:"class,omitempty" help:"Of customers it is for: Business or Residential; none: both."`
	Locations            []string        `yaml:"locations,omitempty,flow" help:"Where it is offered: AGENT_PORTAL, AUTO_RECHARGE, BILLCENTER, REPLENISH, SIGNUP."`
	BillProfiles         []int64         `yaml:"bill_profiles,omitempty,flow" help:"Ids of bill profiles; none: with every one."`
	ServiceTypes         []int64         `yaml:"service_types,omitempty,flow" help:"Ids of service types; none: on services of every type."`
	InventoryTypes       []int64         `yaml:"inventory_types,omitempty,flow" help:"Ids of inventory types."`
	Attributes           []attribute     `yaml:"attributes,omitempty" help:"By which products are found."`
	Allowances           []allowance     `yaml:"allowances,omitempty" help:"Wireless use that it includes."`
	Closed               bool            `yaml:"closed,omitempty" help:"No longer sold."`
}

type attribute struct {
	Key   string `yaml:"key"`
	Value string `yaml:"value,omitempty"`
}

type allowance struct {
	Days           int  `yaml:"days,omitempty" help:"Until it expires."`
	Quantity       int  `yaml:"quantity,omitempty"`
	Unlimited      bool `yaml:"unlimited,omitempty"`
	NightsWeekends bool `yaml:"nights_weekends,omitempty"`
	Data           bool `yaml:"data,omitempty"`
	SMS            bool `yaml:"sms,omitempty"`
	MMS            bool `yaml:"mms,omitempty"`
	Voice          bool `yaml:"voice,omitempty"`
}

type program struct {
	ID              int64     `yaml:"id" help:"On the wire ProgramID."`
	Description     string    `yaml:"description"`
	LongDescription string    `yaml:"long_description,omitempty"`
	PIC             string    `yaml:"pic,omitempty" help:"The interexchange carrier's code for long distance."`
	LPIC            string    `yaml:"lpic,omitempty" help:"The one for the local area."`
	CreatedAt       time.Time `yaml:"created_at,omitempty" help:"Such as 2026-01-31 or 2026-01-31T12:00:00Z; none: the time of the import that brings it."`
	CreatedBy       int64     `yaml:"created_by,omitempty" help:"The id of an account."`
	Closed          bool      `yaml:"closed,omitempty" help:"Not active on the wire."`
}

type bundle struct {
	ID             int64            `yaml:"id" help:"On the wire PackageID."`
	Name           string           `yaml:"name"`
	Description    string           `yaml:"description,omitempty"`
	Details        string           `yaml:"details,omitempty"`
	Provider       int64            `yaml:"provider" help:"The id of a provider."`
	ServiceType    int64            `yaml:"service_type,omitempty" help:"Of the services that it makes; none: the order says."`
	Program        int64            `yaml:"program,omitempty" help:"Of the services that it makes."`
	Products       []packageProduct `yaml:"products,omitempty"`
	State          string           `yaml:"state,omitempty" help:"Two letters; none: sold in every state."`
	Category       int64            `yaml:"category,omitempty" help:"On the wire PackageCategoryID."`
	Class          string           `yaml:"class,omitempty" help:"Of customers it is for: Business or Residential; none: both."`
	Locations      []string         `yaml:"locations,omitempty,flow" help:"Where it is offered: AGENT_PORTAL, SIGNUP."`
	BillProfiles   []int64          `yaml:"bill_profiles,omitempty,flow" help:"Ids of bill profiles; none: with every one."`
	InventoryTypes []int64          `yaml:"inventory_types,omitempty,flow" help:"Ids of inventory types."`
	ZipCodes       []string         `yaml:"zip_codes,omitempty,flow" help:"Where it is sold; none: everywhere."`
	LifelineOnly   bool             `yaml:"lifeline_only,omitempty"`
	TribalOnly     bool             `yaml:"tribal_only,omitempty"`
	Closed         bool             `yaml:"closed,omitempty" help:"No longer sold."`
}

type packageProduct struct {
	Product  int64            `yaml:"product" help:"The id of a product."`
	Group    int64            `yaml:"group,omitempty" help:"On the wire ProductGroupID."`
	Lead     bool             `yaml:"lead,omitempty" help:"On the wire LeadProductFlag."`
	Rate     *decimal.Decimal `yaml:"rate,omitempty" help:"In place of the product's."`
	Quantity int              `yaml:"quantity,omitempty" help:"None: 1."`
}

type process struct {
	ID     int64   `yaml:"id" help:"On the wire ProcessID."`
	Name   string  `yaml:"name"`
	Phases []phase `yaml:"phases" help:"An order begins in the first."`
}

type phase struct {
	ID          int64   `yaml:"id" help:"Each once over all processes."`
	Description string  `yaml:"description"`
	Routes      []route `yaml:"routes,omitempty" help:"The decisions that are open in it."`
}

type route struct {
	ID          int64  `yaml:"id" help:"Each once over all processes."`
	Description string `yaml:"description"`
	To          int64  `yaml:"to,omitempty" help:"The id of a phase of the same process; none: the process ends."`
}

type unavailableReason struct {
	ID          int64  `yaml:"id" help:"On the wire UnavailableReasonID."`
	Description string `yaml:"description"`
}

type lifelineType struct {
	ID    int64  `yaml:"id" help:"On the wire LifelineTypeID."`
	Name  string `yaml:"name"`
	State string `yaml:"state,omitempty" help:"Two letters; none: of every state."`
}

type proofType struct {
	ID    int64  `yaml:"id" help:"On the wire LifelineProofTypeID."`
	Name  string `yaml:"name"`
	Notes string `yaml:"notes,omitempty"`
}

type agent struct {
	Number           string  `yaml:"number" help:"Of an agent that the tenant has."`
	Phone            string  `yaml:"phone,omitempty"`
	Fax              string  `yaml:"fax,omitempty"`
	Email            string  `yaml:"email,omitempty"`
	HoursOfOperation string  `yaml:"hours_of_operation,omitempty"`
	LocationDetails  string  `yaml:"location_details,omitempty"`
	CommissionPlan   int64   `yaml:"commission_plan,omitempty" help:"On the wire CommissionPlanID."`
	Address          address `yaml:"address,omitempty"`
}

type address struct {
	FirstName   string `yaml:"first_name,omitempty"`
	LastName    string `yaml:"last_name,omitempty"`
	CompanyName string `yaml:"company_name,omitempty"`
	Address1    string `yaml:"address1,omitempty"`
	Address2    string `yaml:"address2,omitempty"`
	City        string `yaml:"city,omitempty"`
	State       string `yaml:"state,omitempty"`
	Zip         string `yaml:"zip,omitempty"`
	Zip4        string `yaml:"zip4,omitempty"`
	Country     string `yaml:"country,omitempty" help:"Three letters; none: USA."`
}

type taxExemption struct {
	Customer   int64    `yaml:"customer" help:"The id of a customer."`
	Exemptions []string `yaml:"exemptions,flow" help:"In place of those that the customer has; none takes them away."`
}
