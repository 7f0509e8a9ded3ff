@echo off
rem Starts the page: double-click this file. It needs Python 3.11 or later, or uv, and no
rem administrator. What it does is in start.py; here a Python is only looked for.
rem Exclamation marks in a path are part of it, whatever this computer is set to.
setlocal DisableDelayedExpansion
title Savings
set "START=%~dp0start.py"
if not exist "%START%" goto unpack
set "CHECK=import sys; sys.exit(sys.version_info < (3, 11))"
rem The python.exe that only leads to the Store fails here, and so does one that is too old.
py.exe -3 -c "%CHECK%" >nul 2>nul && goto launcher
python.exe -c "%CHECK%" >nul 2>nul && goto python
uv.exe --version >nul 2>nul && goto uv
if exist "%USERPROFILE%\.local\bin\uv.exe" goto user_uv
rem A python.bat (pyenv has one) is called: it would not come back otherwise. The call reads what it
rem is given twice, so the path, whatever is in it, is not given but left for Python to look up.
call python -c "%CHECK%" >nul 2>nul && goto batch
echo There is no Python 3.11 or later on this computer, and no uv.
echo Install one of them; neither needs an administrator:
echo   - Python: from python.org, and choose "Install Now" for yourself alone
echo   - uv: type  winget install astral-sh.uv  in a terminal
echo Then double-click this file again.
pause
exit /b 1
:unpack
echo start.py is not beside this file. Unpack the whole folder first, and start it there.
pause
exit /b 1
:launcher
py.exe -3 "%START%" %*
goto end
:python
python.exe "%START%" %*
goto end
:uv
uv.exe run --no-project --python ">=3.11" "%START%" %*
goto end
:user_uv
"%USERPROFILE%\.local\bin\uv.exe" run --no-project --python ">=3.11" "%START%" %*
goto end
:batch
call python -c "import os, runpy; runpy.run_path(os.environ['START'], run_name='__main__')" %*
goto end
:end
if errorlevel 1 pause
exit /b %ERRORLEVEL%
