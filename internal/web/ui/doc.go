// Package ui holds the typed components of every page. Modules use them instead of writing classes of their own.
//
// Names, texts and numbers arrive already in the reader's language; field errors arrive as fault.Message. A slot is a
// templ.Component (nil leaves it out), the main content is the children block. No component needs script, and none writes
// style or event attributes: the pages run under a strict content security policy.
//
// Page: Shell(ShellData), Hero(HeroData){side}, StatGrid([]Stat), Section(tone){}, Wrap(){}, Narrow(){}, Prose(html, lang),
// SectionHead(title, more, href), CardGrid(){ Card(CardData){} }, Pill(kind, text), Badge(kind, text), MetaRow([]MetaItem),
// Breadcrumbs([]Crumb), PageHead(PageHeadData){}, TwoColumns(head, side){main}, SidePanel(SideData){actions},
// Facts([]Fact), Timeline([]TimelineItem), Tabs([]Tab), Pager(prev, next), EmptyState(title, text, label, href),
// Alert(AlertData){}, Dialog(DialogData){}, Progress(value, max, label), StickyAction(StickyData), CopyLink(href),
// Time(t), Day(t), Ago(now, t), Icon(name).
//
// Buttons: Button(ButtonData), LinkButton(label, href, variant, size), ActionForm(action, ButtonData){hidden fields},
// TextButton(ButtonData). ButtonData.Confirm asks first.
//
// Forms: FormErrors(fields), Field, TextArea, DateField (FieldData), Select, Radios, Checkboxes (ChoiceData),
// Checkbox(CheckData), FileField(FileData), LangTabs(LangTabsData), Fieldset(legend, help){}, FormActions(){},
// Honeypot(name), DraftNote(), FilterBar(FilterData){}. Bind, BindChoice and BindCheck take value and error from a form.
// A form with data-draft="name" is saved while typing; data-draft-done="name" on the next page forgets it, as does a
// success message.
//
// Taking part: Rows(){ ListRow(ListRowData){} }, VoteBox(VoteData), UsefulVote(VoteData), VoteButtons(VoteButtonsData),
// Rating(RatingData), AnswerBlock(AnswerData){}, CommentCard(CommentData){answers}, Columns(ColumnData...), Diff([]text.Change),
// BarChart(ChartData), MapBox(MapData){list}. A vote posts by itself; to a fragment request answer with the same component
// under the same ID, to a plain one with a redirect. A page with a MapBox also loads map.js.
//
// Staff: AdminShell(AdminData){}, Panel(title){}, Split(a, b), Table(TableData){ Row(RowData){ HeadCell(text, href){}
// Cell(label, number){} } }, BulkBar(BulkData){fields}, KeyHelp(). Table and Row need the same BulkForm for checkboxes
// named "id"; a button with data-key="a" or "r" in a row is pressed by that key.
package ui
