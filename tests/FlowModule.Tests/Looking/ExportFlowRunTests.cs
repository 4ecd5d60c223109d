using System.Collections;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace FlowModule.Tests.Looking;

public sealed class ExportFlowRunTests : LookingTest
{
    [Fact]
    public void A_json_document_holds_the_tree_with_all_that_is_kept()
    {
        MakeRuns();

        JsonElement document = Export("Export-FlowRun top");

        Assert.Equal(1, document.GetProperty("FormatVersion").GetInt32());
        JsonElement top = Assert.Single(document.GetProperty("Runs").EnumerateArray());
        Assert.Equal("top", top.GetProperty("Name").GetString());
        Assert.Equal("<db> & 1", top.GetProperty("Parameters").GetProperty("Server").GetString());
        Assert.Equal("[1,\"zwei\",{\"Three\":3}]", JsonSerializer.Serialize(top.GetProperty("Result")));
        Assert.Equal(["Running", "Completed"], top.GetProperty("States").EnumerateArray().Select(state => state.GetProperty("Type").GetString()));
        Assert.Equal("<b>said</b>", Assert.Single(top.GetProperty("Log").EnumerateArray()).GetProperty("Message").GetString());
        Assert.Equal(["one", "two"], top.GetProperty("Children").EnumerateArray().Select(run => run.GetProperty("Name").GetString()));
        JsonElement one = top.GetProperty("Children")[0];
        Assert.Equal("leaf", Assert.Single(one.GetProperty("Children").EnumerateArray()).GetProperty("Name").GetString());
        Assert.Equal("Failed", one.GetProperty("State").GetProperty("Name").GetString());
        Assert.Equal(2, one.GetProperty("DurationSeconds").GetDouble(), 1);
    }

    [Fact]
    public void Several_runs_make_one_document()
    {
        MakeRuns();

        JsonElement document = Export("Get-FlowRun one, two -HistoryPath $history | Export-FlowRun");

        Assert.Equal(["two", "one"], document.GetProperty("Runs").EnumerateArray().Select(run => run.GetProperty("Name").GetString()));
    }

    [Fact]
    public void A_page_needs_nothing_else_and_all_text_is_escaped()
    {
        MakeRuns();
        string path = Path.Combine(Folder.FullPath, "run.html");
        Session.Set("path", path);

        Assert.Equal("run.html", Value("(Export-FlowRun top $path -PassThru -HistoryPath $history).Name"));

        string page = System.IO.File.ReadAllText(path);
        string written = Regex.Replace(page, "(?<=<(script|style)[^>]*>).*?(?=</(script|style)>)", string.Empty, RegexOptions.Singleline | RegexOptions.ExplicitCapture, Regex.InfiniteMatchTimeout);
        Assert.Contains("Server = &lt;db&gt; &amp; 1", written, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", page, StringComparison.Ordinal);
        Assert.Equal(0, Count(page, @"\b(?:src|href)=""?\w|url\(|@import|<link|\bfetch\(|\bimport\("));
        Assert.Equal(2, Count(page, "<script"));
        Assert.Equal(1, Count(written, "class=\"badge "));
        Assert.Equal(Count(written, "</"), Count(written, "<(?!/|!|meta)"));
    }

    [Fact]
    public void The_data_of_a_page_cannot_end_its_script()
    {
        const string Text = "</script><!--<script> ' \" ` \u2028 é 漢";
        FlowRun run = File.Start("evil", "evil", parameters: new Hashtable { ["Text"] = Text });
        File.Log(run, Text);
        File.End(run, "bad");
        File.History.WriteQueued();

        (string page, JsonElement data) = ExportPage("Export-FlowRun evil");

        Assert.Equal(Count(page, "</script"), Count(page, "<script"));
        Assert.Equal(2, Count(page, "<script"));
        Assert.DoesNotContain('\u2028', page);
        JsonElement tree = Assert.Single(data.GetProperty("trees").EnumerateArray());
        Assert.Equal(Text, Assert.Single(tree.GetProperty("log").EnumerateArray())[3].GetString());
        Assert.Contains("é 漢", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_the_scripts_and_styles_of_the_page_itself_may_run()
    {
        MakeRuns();

        (string page, _) = ExportPage("Export-FlowRun top");

        string policy = Regex.Match(page, "Content-Security-Policy\" content=\"(?<policy>[^\"]+)", RegexOptions.ExplicitCapture, Regex.InfiniteMatchTimeout).Groups["policy"].Value;
        Assert.StartsWith("default-src 'none'; ", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        foreach (string part in new[] { "<style>(?<text>.*?)</style>", "<script type=\"module\">(?<text>.*?)</script>" })
        {
            string text = Regex.Match(page, part, RegexOptions.Singleline | RegexOptions.ExplicitCapture, Regex.InfiniteMatchTimeout).Groups["text"].Value;
            Assert.Contains($"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}'", policy, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_data_of_a_page_holds_the_tree_its_states_and_its_log_with_each_text_once()
    {
        MakeRuns();

        (string page, JsonElement data) = ExportPage("Export-FlowRun top");

        JsonElement tree = Assert.Single(data.GetProperty("trees").EnumerateArray());
        string[] columns = [.. data.GetProperty("columns").EnumerateArray().Select(column => column.GetString()!)];
        string[] texts = [.. data.GetProperty("texts").EnumerateArray().Select(text => text.GetString()!)];
        JsonElement[] runs = [.. tree.GetProperty("runs").EnumerateArray()];
        JsonElement Of(JsonElement run, string column) => run[Array.IndexOf(columns, column)];
        Assert.Equal(["top", "one", "leaf", "two"], runs.Select(run => Of(run, "name").GetString()));
        Assert.Equal([null, 0, 1, 0], runs.Select(run => Of(run, "parent").ValueKind == JsonValueKind.Null ? (int?)null : Of(run, "parent").GetInt32()));
        Assert.Equal(["top", "sub", "leaf", "sub"], runs.Select(run => texts[Of(run, "flow").GetInt32()]));
        Assert.Equal("Server = <db> & 1", texts[Of(runs[0], "parameters").GetInt32()]);
        Assert.Equal("1\nzwei\n@{ Three = 3 }", Of(runs[0], "result").GetString());
        Assert.Equal(["Running", "Failed"], Of(runs[1], "states").EnumerateArray().Select(state => data.GetProperty("types")[state[1].GetInt32()].GetString()));
        Assert.InRange(Of(runs[1], "end").GetDouble() - Of(runs[1], "start").GetDouble(), 2000, 2100);
        Assert.Equal("<b>said</b>", Assert.Single(tree.GetProperty("log").EnumerateArray())[3].GetString());
        Assert.Equal(texts.Length, texts.Distinct().Count());
        Assert.DoesNotContain("@{RunId", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_runs_have_an_index_with_counts_and_the_failed_comes_first()
    {
        MakeRuns();

        (string page, JsonElement data) = ExportPage("Get-FlowRun one, two -HistoryPath $history | Export-FlowRun");

        Assert.Contains("<h2>2 runs: 1 Failed, 1 Completed</h2>", page, StringComparison.Ordinal);
        Assert.Equal(["one", "two"], Regex.Matches(page, "<a href=\"#run-[^\"]+\">(?<name>[^<]+)</a>", RegexOptions.ExplicitCapture, Regex.InfiniteMatchTimeout).Select(match => match.Groups["name"].Value));
        Assert.Equal(2, data.GetProperty("trees").GetArrayLength());
    }

    /// <summary>A value that can be written and never read: there is no such code page.</summary>
    private sealed class NoEncoding() : System.Text.Encoding(codePage: 4711)
    {
        public override int GetByteCount(char[] chars, int index, int count) => 0;

        public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex) => 0;

        public override int GetCharCount(byte[] bytes, int index, int count) => 0;

        public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex) => 0;

        public override int GetMaxByteCount(int charCount) => 0;

        public override int GetMaxCharCount(int byteCount) => 0;
    }

    [Fact]
    public void A_value_that_cannot_be_read_has_a_note_in_its_place_and_the_rest_is_there()
    {
        File.End(File.Start("odd", "odd", parameters: new Hashtable { ["X"] = new NoEncoding() }), result: 5);
        File.History.WriteQueued();

        JsonElement run = Assert.Single(Export("Export-FlowRun odd").GetProperty("Runs").EnumerateArray());

        Assert.Equal(JsonValueKind.Null, run.GetProperty("Parameters").ValueKind);
        Assert.Contains("cannot be read: '4711' is not a valid [System.Text.Encoding] here", run.GetProperty("ParametersNote").GetString(), StringComparison.Ordinal);
        Assert.Equal(5, run.GetProperty("Result").GetInt32());
        Session.Set("page", Path.Combine(Folder.FullPath, "odd.html"));
        Values("Export-FlowRun odd $page -HistoryPath $history");
        Assert.Contains("<dt>Parameters</dt><dd>A value of the history cannot be read", System.IO.File.ReadAllText(Path.Combine(Folder.FullPath, "odd.html")), StringComparison.Ordinal);
    }

    [Fact]
    public void Values_are_texts_where_texts_tell_them_and_tables_are_their_rows()
    {
        var data = new System.Data.DataTable("T") { Locale = System.Globalization.CultureInfo.InvariantCulture };
        data.Columns.Add("Id", typeof(int));
        data.Rows.Add(1);
        var parameters = new Hashtable { ["File"] = new FileInfo("/tmp/a.txt"), ["Day"] = new DateOnly(2026, 2, 3), ["Kind"] = DayOfWeek.Friday, ["Data"] = data, ["Set"] = new HashSet<int> { 1 } };
        File.End(File.Start("values", "values", parameters: parameters));
        File.History.WriteQueued();

        JsonElement run = Assert.Single(Export("Export-FlowRun values").GetProperty("Runs").EnumerateArray());

        Assert.Equal(
            """{"Data":[{"Id":1}],"Day":"2026-02-03","File":"/tmp/a.txt","Kind":"Friday","Set":[1]}""", JsonSerializer.Serialize(run.GetProperty("Parameters")));
    }

    [Fact]
    public void A_file_that_is_there_stays_without_Force()
    {
        MakeRuns();
        string path = Folder.Write("there.json", "mine");
        Session.Set("path", path);

        Assert.StartsWith("FlowFileExists,", Run("Export-FlowRun top $path -HistoryPath $history").OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal("mine", System.IO.File.ReadAllText(path));

        Assert.Empty(Values("Export-FlowRun top $path -HistoryPath $history -Force"));
        Assert.StartsWith("{", System.IO.File.ReadAllText(path), StringComparison.Ordinal);
        Assert.Equal([path], Directory.GetFiles(Folder.FullPath));
    }

    [Theory]
    [InlineData("x.txt", "FlowExportFormatUnknown")]
    [InlineData("x", "FlowExportFormatUnknown")]
    [InlineData("none/x.json", "FlowFileNotWritten")]
    public void A_file_that_cannot_be_is_one_clear_error(string file, string id)
    {
        MakeRuns();
        Session.Set("path", Path.Combine(Folder.FullPath, file));

        Assert.StartsWith(id + ",", Run("Export-FlowRun top $path -HistoryPath $history").OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Export-FlowRun $path")]
    [InlineData("Get-FlowRun top -HistoryPath $history | Export-FlowRun $path")]
    [InlineData("'top' | Export-FlowRun $path")]
    [InlineData("'top' | Export-FlowRun -Path $path")]
    [InlineData("Export-FlowRun -InputObject top $path")]
    [InlineData("Export-FlowRun -InputObject (Get-FlowRun top -HistoryPath $history) $path")]
    [InlineData("Export-FlowRun $path -Name top")]
    [InlineData("Export-FlowRun -Id (Get-FlowRun top -HistoryPath $history).Id $path")]
    [InlineData("Export-FlowRun top $path")]
    public void The_file_comes_after_the_runs_and_first_where_none_are_named(string command)
    {
        MakeRuns();
        string path = Path.Combine(Folder.FullPath, "runs.json");
        Session.Set("path", path);

        Assert.Empty(Values($"{command} -HistoryPath $history"));

        using var document = JsonDocument.Parse(System.IO.File.ReadAllText(path));
        Assert.Equal("top", Assert.Single(document.RootElement.GetProperty("Runs").EnumerateArray()).GetProperty("Name").GetString());
    }

    [Fact]
    public void Nothing_piped_writes_nothing()
    {
        MakeRuns();
        Session.Set("path", Path.Combine(Folder.FullPath, "runs.json"));

        Assert.Empty(Values("Get-FlowRun none* -HistoryPath $history | Export-FlowRun $path -HistoryPath $history"));
        Assert.Empty(Directory.GetFiles(Folder.FullPath));
    }

    [Theory]
    [InlineData("Export-FlowRun", "FlowExportUnclear")]
    [InlineData("Export-FlowRun top", "FlowExportUnclear")]
    [InlineData("'top' | Export-FlowRun", "FlowExportUnclear")]
    [InlineData("'top' | Export-FlowRun one x.json", "FlowExportUnclear")]
    [InlineData("'top' | Export-FlowRun one", "FlowExportFormatUnknown")]
    public void A_call_that_does_not_say_what_goes_where_is_refused(string command, string id)
    {
        MakeRuns();

        Assert.StartsWith(id + ",", Run($"{command} -HistoryPath $history").OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIf_writes_nothing()
    {
        MakeRuns();
        Session.Set("path", Path.Combine(Folder.FullPath, "x.json"));

        Assert.Empty(Values("Export-FlowRun top $path -HistoryPath $history -WhatIf"));
        Assert.Empty(Directory.GetFiles(Folder.FullPath));
    }

    private static int Count(string text, string pattern) => Regex.Count(text, pattern, RegexOptions.None, Regex.InfiniteMatchTimeout);

    /// <summary>The page that is written, and the data in it.</summary>
    private (string Page, JsonElement Data) ExportPage(string command)
    {
        string path = Path.Combine(Folder.FullPath, "page.html");
        Session.Set("path", path);
        Assert.Empty(Values($"{command} -Path $path -HistoryPath $history"));
        string page = System.IO.File.ReadAllText(path);
        Match data = Regex.Match(page, "<script type=\"application/json\" id=\"data\">(?<json>.*?)</script>", RegexOptions.Singleline | RegexOptions.ExplicitCapture, Regex.InfiniteMatchTimeout);
        return (page, JsonDocument.Parse(data.Groups["json"].Value).RootElement);
    }

    private JsonElement Export(string command)
    {
        string path = Path.Combine(Folder.FullPath, "runs.json");
        Session.Set("path", path);
        Assert.Empty(Values($"{command} -Path $path -HistoryPath $history"));
        return JsonDocument.Parse(System.IO.File.ReadAllText(path)).RootElement;
    }

    private void MakeRuns()
    {
        FlowRun top = File.Start("top", "top", parameters: new Hashtable { ["Server"] = "<db> & 1" });
        File.Log(top, "<b>said</b>");
        FlowRun one = File.Start("sub", "one", top);
        File.End(File.Start("leaf", "leaf", one));
        File.End(one, "<b>bad</b>", after: TimeSpan.FromSeconds(2));
        File.End(File.Start("sub", "two", top));
        File.End(top, result: new object[] { 1, "zwei", new Hashtable { ["Three"] = 3 } });
    }
}
