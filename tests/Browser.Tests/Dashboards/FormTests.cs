using Browser.Tests.Support;
using FlowModule.Dashboard.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Browser.Tests.Dashboards;

/// <summary>A form with the parameters of a flow starts a run of it.</summary>
[Collection(BrowserGroup.Name)]
public sealed class FormTests(BrowserFixture browser) : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [BrowserFact]
    public async Task A_flow_is_started_with_a_form_that_its_param_block_makes()
    {
        FlowProgram.RunScript(_folder.Path, """
            Invoke-Flow (New-Flow greet {
                param([Parameter(Mandatory)] [ValidatePattern('^[^0-9]')] [string] $Name, [ValidateSet('en', 'de')] [string] $Language = 'en', [ValidateRange(1, 5)] [int] $Times = 1, [switch] $Loud)
                "$Language $Name $Times $Loud"
            }) -Parameters @{ Name = 'First' } | Out-Null
            """);
        using ServedDashboard dashboard = ServedDashboard.Start(_folder.Path);
        await using OpenPage open = await browser.OpenAsync(dashboard, "/flow?name=greet");
        IPage page = open.Page;
        ILocator form = page.GetByRole(AriaRole.Form, new() { Name = "Start a run" });

        // What the script would refuse is said at its field, and the rest stays as it was given.
        await form.GetByRole(AriaRole.Textbox, new() { Name = "Name" }).FillAsync("007");
        await form.GetByRole(AriaRole.Combobox, new() { Name = "Language" }).SelectOptionAsync("de");
        await page.Button("Start greet").ClickAsync();
        await Expect(form.GetByRole(AriaRole.Alert)).ToHaveTextAsync("Name: It does not match ^[^0-9].");

        await form.GetByRole(AriaRole.Textbox, new() { Name = "Name" }).FillAsync("O'Hara \u2019; Get-Date");
        await form.GetByRole(AriaRole.Spinbutton, new() { Name = "Times" }).FillAsync("4");
        await form.GetByRole(AriaRole.Combobox, new() { Name = "Loud" }).SelectOptionAsync("Yes");
        await page.Button("Start greet").ClickAsync();

        await Expect(page.State()).ToContainTextAsync("Completed");
        await Expect(page.GetByText("de O'Hara \u2019; Get-Date 4 True").First).ToBeVisibleAsync();
        Assert.Empty(open.Complaints);
    }

    [BrowserFact]
    public async Task Only_the_fields_of_the_chosen_parameter_set_are_there_and_are_sent()
    {
        FlowProgram.RunScript(_folder.Path, """
            Invoke-Flow (New-Flow copy {
                [CmdletBinding(DefaultParameterSetName = 'File')]
                param([Parameter(ParameterSetName = 'File')] [string] $Path, [Parameter(ParameterSetName = 'Address')] [string] $Uri, [string[]] $Tags)
                "$Path|$Uri|$Tags"
            }) -Parameters @{ Path = 'x' } | Out-Null
            """);
        using ServedDashboard dashboard = ServedDashboard.Start(_folder.Path);
        await using OpenPage open = await browser.OpenAsync(dashboard, "/flow?name=copy");
        IPage page = open.Page;
        ILocator path = page.GetByRole(AriaRole.Textbox, new() { Name = "Path" }), uri = page.GetByRole(AriaRole.Textbox, new() { Name = "Uri" });
        await Expect(path).ToBeVisibleAsync();
        await Expect(uri).ToBeHiddenAsync();
        await path.FillAsync("/srv/a.txt");

        await page.Choice("Parameter set").SelectOptionAsync("Address");
        await Expect(path).ToBeHiddenAsync();
        await uri.FillAsync("https://example.org/a");
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Tags" }).FillAsync("one\ntwo");
        await page.Button("Start copy").ClickAsync();

        await Expect(page.State()).ToContainTextAsync("Completed");
        await Expect(page.GetByText("|https://example.org/a|one two").First).ToBeVisibleAsync();
        Assert.Empty(open.Complaints);
    }
}
