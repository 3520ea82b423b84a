using System.Diagnostics;
using System.Text;
using Xunit;

namespace Gearpump.EndToEnd.Support;

/// <summary>The word count as a user starts it: a real process, with real files, real gRPC and an embedded Redis.</summary>
internal sealed class WordCountProgram : IDisposable
{
    private static readonly TimeSpan Most = TimeSpan.FromMinutes(3);
    private readonly StringBuilder _output = new();
    private readonly Process _process;
    private ITestOutputHelper? _shownTo;

    private WordCountProgram(Process process) => _process = process;

    /// <summary>Everything that it has printed, on both streams.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    public static WordCountProgram Start(params string[] arguments) => Start("WordCount.dll", Environment.CurrentDirectory, arguments);

    /// <summary>Another program, in a folder.</summary>
    public static WordCountProgram Start(string assembly, string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, WorkingDirectory = folder };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, assembly));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        var program = new WordCountProgram(new Process { StartInfo = start });
        program._process.OutputDataReceived += program.OnLine;
        program._process.ErrorDataReceived += program.OnLine;
        program._process.Start();
        program._process.BeginOutputReadLine();
        program._process.BeginErrorReadLine();
        return program;
    }

    /// <summary>Runs it to its end, and returns its exit code and what it has printed.</summary>
    public static async Task<(int Code, string Output)> RunAsync(params string[] arguments)
    {
        using var program = Start(arguments);
        return (await program.ExitAsync(), program.Output);
    }

    public async Task<int> ExitAsync()
    {
        using var deadline = new CancellationTokenSource(Most);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException e)
        {
            throw new TimeoutException($"the program has not ended within {Most}; it has printed:{Environment.NewLine}{Output}", e);
        }

        return _process.ExitCode;
    }

    /// <summary>Shows what it prints, as it prints it, for who looks into a failed test.</summary>
    public void Show(ITestOutputHelper output) => _shownTo = output;

    /// <summary>SIGKILL.</summary>
    public void Kill() => _process.Kill();

    public void Interrupt()
    {
        using var kill = Process.Start("kill", ["-INT", $"{_process.Id}"]);
        kill.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private void OnLine(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is not null)
        {
            lock (_output)
            {
                _output.AppendLine(line.Data);
                _shownTo?.WriteLine(line.Data);
            }
        }
    }
}
